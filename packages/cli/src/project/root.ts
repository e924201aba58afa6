import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { Failure } from "../failure.ts";

export const PROJECT_FILE = "flagwright.yaml";

/** The nearest folder, `from` or above it, that holds `flagwright.yaml`. */
export function findRoot(from: string): string | undefined {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (existsSync(join(folder, PROJECT_FILE))) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

/** @throws Failure that says how to get a project. */
export function requireRoot(from: string): string {
  const root = findRoot(from);
  if (root === undefined)
    throw new Failure(`There is no ${PROJECT_FILE} here or in a folder above (${from}).`, {
      help: "Make a project here with: flagwright init",
    });
  return root;
}
