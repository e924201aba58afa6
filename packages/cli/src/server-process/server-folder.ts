import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findRoot } from "../project/root.ts";

export const SERVER_FOLDER = ".flagwright";

/** Where a server started from `cwd` keeps its data and keys: the project's root, else `cwd` itself. */
export function serverHome(cwd: string): string {
  return findRoot(cwd) ?? cwd;
}

/** Makes `.flagwright` and sees to it that git takes nothing from it: it holds keys. */
export function prepareServerFolder(home: string): void {
  const folder = join(home, SERVER_FOLDER);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const ignore = join(folder, ".gitignore");
  if (!existsSync(ignore)) writeFileSync(ignore, "*\n");
}
