import { fileRole, flagsFolder, CONFIG_FILE, parseProject, readProjectFiles } from "@flagwright/schema";
import type { Sides } from "./sides.ts";
import { type Scope, wanting } from "./wanting.ts";

/** Compares with a copy of the project in another folder. */
export function folderSides(root: string, folder: string, scope: Scope): Sides {
  const [was, is] = [readProjectFiles(folder), readProjectFiles(root)];
  const flags = flagsFolder(is.get(CONFIG_FILE) ?? "");
  const touched = [...new Set([...was.keys(), ...is.keys()])].filter((path) => was.get(path) !== is.get(path));
  const wants = wanting(flags, touched, scope);
  const part = (files: ReadonlyMap<string, string>): ReadonlyMap<string, string> =>
    new Map(
      [...files].filter(
        ([path, text]) => path === CONFIG_FILE || (fileRole(path, flags) ? wants(path, text) : touched.includes(path)),
      ),
    );
  const previousFiles = part(was);
  return {
    previous: parseProject(previousFiles),
    current: parseProject(part(is)),
    against: folder,
    earlier: [],
    expiries: new Map(),
    previousFiles,
  };
}
