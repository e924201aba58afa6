import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../failure.ts";
import { findRoot } from "../project/root.ts";

export const SERVER_FOLDER = ".flagwright";

/** Where a server started from `cwd` keeps its data and keys: the project's root, else `cwd` itself. */
export function serverHome(cwd: string): string {
  return findRoot(cwd) ?? cwd;
}

/**
 * Makes `.flagwright` and sees to it that git takes nothing from it: it holds keys.
 *
 * @throws Failure when the folder takes no files.
 */
export function prepareServerFolder(home: string): void {
  const folder = join(home, SERVER_FOLDER);
  const ignore = join(folder, ".gitignore");
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!existsSync(ignore)) writeFileSync(ignore, "*\n");
  } catch (error) {
    throw new Failure(`Cannot write ${folder}: ${(error as Error).message}`, {
      help: "The server keeps its data and keys there. Run it where you may write.",
    });
  }
}
