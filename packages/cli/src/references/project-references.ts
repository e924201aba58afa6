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
  const modules = (await generateProject(loaded)).filter(({ path }) => /\.[cm]?[jt]s$/.test(path));
  const missing = modules.find(({ current }) => current === undefined);
  if (missing !== undefined)
    throw new Failure(`The generated ${missing.path} is not there.`, { help: "Make it with: flagwright generate" });
  return findReferences({ root: loaded.root, modules: modules.map(({ path }) => path), tsconfig });
}
