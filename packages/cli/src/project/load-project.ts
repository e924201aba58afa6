import type { Project } from "@flagwright/schema";
import { fileRole, flagsFolder, parseProject, readProjectFiles } from "@flagwright/schema/definitions";
import { Failure } from "../failure.ts";
import { NO_REPORT, type Report } from "../output/progress.ts";
import { PROJECT_FILE, requireRoot } from "./root.ts";

export interface LoadedProject {
  readonly root: string;
  readonly project: Project;
}

/** The project around this folder, with whatever is wrong with it. @throws Failure when there is none. */
export function loadProject(cwd: string, report: Report = NO_REPORT): LoadedProject {
  const root = requireRoot(cwd);
  try {
    return { root, project: parseFiles(readProjectFiles(root), report) };
  } catch (error) {
    throw new Failure(`Cannot read the project at ${root}: ${(error as Error).message}`);
  }
}

/** The project that these files make, by their paths, telling how far it is. */
export function parseFiles(files: ReadonlyMap<string, string>, report: Report): Project {
  const folder = flagsFolder(files.get(PROJECT_FILE) ?? "");
  const flags = [...files.keys()].filter((path) => fileRole(path, folder) === "flag").length;
  let read = 0;
  return parseProject(files, () => report("Reading", ++read, flags, "files"));
}
