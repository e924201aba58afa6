import { hash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { writeWhole } from "../../project/write-file.ts";

/** Where a project's caches are, relative to its root. Deleting it is always safe. */
export const CACHE_FOLDER = ".flagwright/cache";

/** A short name for a text; 96 bits, since nobody gains by a collision in their own cache. */
export function digest(text: string): string {
  return hash("sha256", text, "base64url").slice(0, 16);
}

/** What an earlier run wrote, or `undefined` when it is missing, damaged or of another tool: then all is made anew. */
export function readCache(root: string, name: string, tool: string): unknown {
  try {
    const text = readFileSync(join(root, CACHE_FOLDER, name), "utf8");
    const [stamp, body = ""] = splitOnce(text, "\n");
    return stamp === `${tool} ${digest(body)}` ? JSON.parse(body) : undefined;
  } catch {
    return undefined;
  }
}

/** Writes whole files, so that a concurrent run reads the old or the new one. A disk that is full costs time only. */
export function writeCache(root: string, name: string, tool: string, value: unknown): void {
  const body = JSON.stringify(value);
  const path = join(root, CACHE_FOLDER, name);
  try {
    keepOutOfGit(dirname(path));
    writeWhole(path, `${tool} ${digest(body)}\n${body}`);
  } catch {
    return;
  }
}

function keepOutOfGit(folder: string): void {
  const file = join(folder, ".gitignore");
  if (existsSync(file)) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, "*\n");
}

function splitOnce(text: string, separator: string): readonly [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
