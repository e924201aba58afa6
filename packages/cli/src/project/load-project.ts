import { readProject, type Project } from "@flagwright/schema";
import { Failure } from "../failure.ts";
import { requireRoot } from "./root.ts";

export interface LoadedProject {
  readonly root: string;
  readonly project: Project;
}

/** The project around this folder, with whatever is wrong with it. @throws Failure when there is none. */
export function loadProject(cwd: string): LoadedProject {
  const root = requireRoot(cwd);
  try {
    return { root, project: readProject(root) };
  } catch (error) {
    throw new Failure(`Cannot read the project at ${root}: ${(error as Error).message}`);
  }
}
