import type { ContextSchema, FlagDefinition, GeneratorEntry } from "@flagwright/schema";
import type { GeneratedFile, Generator, GeneratorInput, OutputProblem } from "./generator.ts";
import { NO_MEMORY, type Memory } from "./memory.ts";
import type { Style } from "./style.ts";
import { openfeatureManifest } from "./json/openfeature-manifest.ts";
import { schemaBundle } from "./json/schema-bundle.ts";
import { typescript } from "./typescript/typescript.ts";

export type { GeneratedFile, Generator, GeneratorInput, OutputProblem } from "./generator.ts";
export { NO_MEMORY, type Memory } from "./memory.ts";
export { prettierStyle, type Style } from "./style.ts";

/** What `generate` reads: a whole project, valid, as `readProject` gives it. */
export interface GenerateInput {
  readonly project: string;
  readonly definitions: readonly FlagDefinition[];
  readonly context: ContextSchema;
  /** The version of the command line tool. */
  readonly version: string;
  /** Wire key → the definition's file, relative to the flags folder; needed to split an output by folder. */
  readonly sources?: ReadonlyMap<string, string>;
  /** The layout that the project uses for a file; prettier's defaults when absent. */
  readonly styleOf?: (path: string) => Promise<Style>;
  /** What earlier runs found out; without it everything is made anew. */
  readonly memory?: Memory;
  /** Further targets, beside the built-in ones. */
  readonly generators?: readonly Generator[];
}

/** The files that one output gave, or why it could not be made. */
export interface GenerateResult {
  readonly files: readonly GeneratedFile[];
  /** By the index of the output in `generate`. */
  readonly problems: readonly (OutputProblem & { readonly output: number })[];
}

/** The targets that need no plug-in. */
export const builtInGenerators: readonly Generator[] = [typescript, openfeatureManifest, schemaBundle];

/**
 * Generates every output, in memory. The same input gives the same bytes, on any platform and in any order of
 * definitions. Writing the files is the caller's.
 *
 * @example
 * ```ts
 * const { files, problems } = await generate(
 *   { project: "shop", definitions, context, version: "0.1.0" },
 *   [{ target: "typescript", output: "src/flags.gen.ts", options: {} }],
 * );
 * ```
 */
export async function generate(input: GenerateInput, outputs: readonly GeneratorEntry[]): Promise<GenerateResult> {
  const generators = new Map([...builtInGenerators, ...(input.generators ?? [])].map((each) => [each.target, each]));
  const files: GeneratedFile[] = [];
  const problems: (OutputProblem & { readonly output: number })[] = [];
  const owners = new Map<string, number>();
  for (const [output, config] of outputs.entries()) {
    const generator = generators.get(config.target);
    if (generator === undefined) {
      const help = `The targets are ${[...generators.keys()].join(", ")}.`;
      problems.push({ output, option: "target", message: `There is no target \`${config.target}\`.`, help });
      continue;
    }
    const configured = generator.configure(config);
    if (!configured.ok) {
      problems.push(...configured.problems.map((problem) => ({ ...problem, output })));
      continue;
    }
    const style = (await input.styleOf?.(config.output)) ?? {};
    for (const file of await configured.value(generatorInput(input, style))) {
      const owner = owners.get(file.path);
      if (owner === undefined) files.push(file);
      else if (owner !== output || files.some(({ path }) => path === file.path))
        problems.push({
          output,
          option: "output",
          message: `\`${file.path}\` is already written by output ${owner + 1}.`,
          help: "Give each output a file or folder of its own.",
        });
      owners.set(file.path, output);
    }
  }
  return { files, problems };
}

function generatorInput(input: GenerateInput, style: Style): GeneratorInput {
  const { project, definitions, context, version, sources = new Map<string, string>(), memory = NO_MEMORY } = input;
  return { project, definitions, context, version, sources, style, memory };
}
