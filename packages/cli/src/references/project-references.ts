import { Failure } from "../failure.ts";
import { generateProject } from "../project/generate-project.ts";
import type { LoadedProject } from "../project/load-project.ts";
import { findReferences } from "./find-references.ts";
import type { Reference } from "./reference.ts";

/** Every use of a project's flags below its root. @throws Failure when there is no generated code to go by. */
export async function projectReferences(
  loaded: LoadedProject,
  tsconfig: string | undefined,
): Promise<readonly Reference[]> {
  const { root, project } = loaded;
  // What a generator of the project's own makes is no module of flags, and its code need not run for this.
  const generate = project.config.generate.filter(({ isModule }) => isModule !== true);
  const outputs = await generateProject({ root, project: { ...project, config: { ...project.config, generate } } });
  const modules = outputs.filter(({ path }) => /\.[cm]?[jt]s$/.test(path));
  const missing = modules.find(({ current }) => current === undefined);
  if (missing !== undefined)
    throw new Failure(`The generated ${missing.path} is not there.`, { help: "Make it with: flagwright generate" });
  return findReferences({ root, modules: modules.map(({ path }) => path), tsconfig });
}
