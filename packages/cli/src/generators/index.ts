import type { ContextSchema, FlagDefinition, GeneratorEntry } from "@flagwright/schema";
import type { GeneratedFile, Generator, GeneratorInput, OutputProblem, Result } from "./generator.ts";
import { NO_MEMORY, type Memory } from "./memory.ts";
import type { Style } from "./style.ts";
import type { LoadedGenerator } from "./plug-ins/load-generator.ts";
import { filesProblem } from "./plug-ins/made-files.ts";
import { runGenerator } from "./plug-ins/run-generator.ts";
import { NO_REPORT, type Report } from "../output/progress.ts";
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
  /** Is told how far it is. */
  readonly report?: Report;
  /** What the modules that the outputs name turned out to be. */
  readonly modules?: ReadonlyMap<string, LoadedGenerator>;
}

/** The files that one output gave, or why it could not be made. */
export interface GenerateResult {
  readonly files: readonly GeneratedFile[];
  /** By the index of the output in `generate`. */
  readonly problems: readonly (OutputProblem & { readonly output: number })[];
}

/** The targets that need no module of the project's own. */
const builtIn: ReadonlyMap<string, Generator> = new Map([
  ["typescript", typescript],
  ["openfeature-manifest", openfeatureManifest],
  ["schemas", schemaBundle],
]);

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
  const files: GeneratedFile[] = [];
  const problems: (OutputProblem & { readonly output: number })[] = [];
  const owners = new Map<string, number>();
  for (const [output, entry] of outputs.entries()) {
    const made = await filesOf(entry, input);
    if (!made.ok) {
      problems.push(...made.problems.map((problem) => ({ ...problem, output })));
      continue;
    }
    for (const file of made.value) {
      // Some disks ignore case.
      const place = file.path.toLowerCase();
      const owner = owners.get(place);
      if (owner === undefined) files.push(file);
      else
        problems.push({
          output,
          option: "output",
          message: `\`${file.path}\` is already written by output ${owner + 1}.`,
          help: "Give each output a file or folder of its own.",
        });
      owners.set(place, owner ?? output);
    }
  }
  return { files, problems };
}

async function filesOf(entry: GeneratorEntry, input: GenerateInput): Promise<Result<readonly GeneratedFile[]>> {
  const style = (await input.styleOf?.(entry.output)) ?? {};
  const read = generatorInput(input, style);
  const made = entry.isModule === true ? await moduleFiles(entry, input, read) : await builtInFiles(entry, read);
  const problem = made.ok ? filesProblem(made.value, entry.output) : undefined;
  return problem === undefined ? made : { ok: false, problems: [problem] };
}

async function builtInFiles(entry: GeneratorEntry, read: GeneratorInput): Promise<Result<readonly GeneratedFile[]>> {
  const generator = builtIn.get(entry.target);
  if (generator === undefined) {
    const help = `The targets are ${[...builtIn.keys()].join(", ")}; a module of your own is named by \`generator\`.`;
    return { ok: false, problems: [{ option: "target", message: `There is no target \`${entry.target}\`.`, help }] };
  }
  const configured = generator.configure(entry);
  return configured.ok ? { ok: true, value: await configured.value(read) } : configured;
}

async function moduleFiles(
  entry: GeneratorEntry,
  { modules }: GenerateInput,
  read: GeneratorInput,
): Promise<Result<readonly GeneratedFile[]>> {
  const loaded = modules?.get(entry.target);
  if (loaded?.ok === true) return runGenerator(loaded.generator, entry, read);
  const missing = {
    option: "generator",
    message: `The module ${entry.target} was not loaded.`,
    help: "Hand it in as one of `modules`.",
  };
  return { ok: false, problems: [loaded?.problem ?? missing] };
}

function generatorInput(input: GenerateInput, style: Style): GeneratorInput {
  const { project, definitions, context, version, sources = new Map<string, string>(), memory = NO_MEMORY } = input;
  const { report = NO_REPORT } = input;
  return { project, definitions, context, version, sources, style, memory, report };
}
