import { join, posix } from "node:path";
import type { Project } from "@flagwright/schema";
import { wireKey } from "@flagwright/schema/definitions";
import { Failure } from "../failure.ts";
import { loadGenerator } from "../generators/plug-ins/load-generator.ts";
import { generate, NO_MEMORY, prettierStyle, type Memory, type Style } from "../generators/index.ts";
import { version } from "../version.ts";
import { NO_REPORT, type Report } from "../output/progress.ts";
import { readIfThere, writeWhole } from "./write-file.ts";

/** A generated file beside what the disk has in its place. */
export interface Output {
  /** Relative to the project's root. */
  readonly path: string;
  readonly content: string;
  /** `undefined` when there is no such file. */
  readonly current: string | undefined;
}

/** As much of a project as is needed to generate from it. */
interface GenerableProject {
  readonly root: string;
  readonly project: {
    readonly config: Project["config"];
    readonly definitions: readonly Pick<Project["definitions"][number], "value" | "file">[];
  };
}

/** Generates every output of a project without errors. @throws Failure when `generate` in its file says nothing usable. */
export async function generateProject(
  { root, project }: GenerableProject,
  memory: Memory = NO_MEMORY,
  report: Report = NO_REPORT,
  styleOf: (output: string) => Promise<Style> = (output) => prettierStyle(join(root, output)),
): Promise<readonly Output[]> {
  const { config, definitions } = project;
  if (config.generate.length === 0)
    throw new Failure("flagwright.yaml names nothing to generate.", {
      help: "Add to it:\ngenerate:\n  - target: typescript\n    output: src/flags.gen.ts",
    });
  const modules = new Set(config.generate.flatMap(({ isModule, target }) => (isModule === true ? [target] : [])));
  const loaded = [...modules].map(async (module) => [module, await loadGenerator(root, module)] as const);
  const { files, problems } = await generate(
    {
      project: config.project,
      definitions: definitions.map(({ value }) => value),
      context: config.context,
      version: version(),
      sources: sourcesOf(project),
      styleOf,
      memory,
      report,
      modules: new Map(await Promise.all(loaded)),
    },
    config.generate,
  );
  if (problems.length > 0) {
    const { outputFailure } = await import("./output-failure.ts");
    throw outputFailure(root, problems);
  }
  return files.map(({ path, content }) => ({ path, content, current: readIfThere(join(root, path)) }));
}

function sourcesOf({ config, definitions }: GenerableProject["project"]): ReadonlyMap<string, string> {
  const prefix = `${config.flags}/`;
  return new Map(
    definitions.map(({ value, file }) => [
      wireKey(value),
      file.startsWith(prefix) ? file.slice(prefix.length) : posix.relative(config.flags, file),
    ]),
  );
}

/** Those whose text differs from the disk's. Line ends do not count: git may have changed them on checkout. */
export function drifted(outputs: readonly Output[]): readonly Output[] {
  return outputs.filter(({ content, current }) => current?.replaceAll("\r\n", "\n") !== content);
}

/** Replaces what differs and leaves the rest untouched, so that nothing is rebuilt for it. */
export function writeOutputs(root: string, outputs: readonly Output[], report: Report = NO_REPORT): void {
  for (const [at, { path, content }] of outputs.entries()) {
    writeWhole(join(root, path), content);
    report("Writing", at + 1, outputs.length, "files");
  }
}
