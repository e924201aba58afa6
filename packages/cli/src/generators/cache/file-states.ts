import { type Dirent, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../../failure.ts";
import { digest } from "./cache-file.ts";

/** A file as it was seen: when size, time of change and place on the disk are the same, so is its text. */
export type FileState = readonly [path: string, size: number, changed: number, inode: number, digest: string];

/** A change within this time of a look may have left no trace in the clock of the disk; FAT counts two seconds. */
const CLOCK_STEP_MS = 2_500;

/**
 * Looks at these files, and reads those that it does not know to be as before. A missing file has size -1. `onRead`
 * gets the very texts that the digests are of.
 */
export function fileStates(
  root: string,
  paths: readonly string[],
  before: readonly FileState[],
  now: number,
  onRead?: (path: string, text: string) => void,
): readonly FileState[] {
  const known = new Map(before.map((state) => [state[0], state]));
  return paths.map((path): FileState => {
    const found = reading(join(root, path), (place) => statSync(place, { throwIfNoEntry: false }));
    if (found === undefined || !found.isFile()) return [path, -1, 0, 0, ""];
    const { size, ctimeMs, ino } = found;
    const old = known.get(path);
    if (old !== undefined && old[1] === size && old[2] === ctimeMs && old[3] === ino) return old;
    const text = reading(join(root, path), (place) => readFileSync(place, "utf8"));
    onRead?.(path, text);
    // A time so fresh that the next change may bear it too is not remembered.
    return [path, size, now - ctimeMs > CLOCK_STEP_MS ? ctimeMs : 0, ino, digest(text)];
  });
}

/** Whether two looks at the same files saw the same texts. */
export function sameTexts(a: readonly FileState[], b: readonly FileState[]): boolean {
  return a.length === b.length && a.every((state, at) => state[0] === b[at]?.[0] && state[4] === b[at]?.[4]);
}

/** The YAML and JSON files of a folder, hidden ones left out, in the order of their paths. */
export function definitionFiles(root: string, folder: string): readonly string[] {
  const found: string[] = [];
  const open = [folder];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const entry of entriesOf(join(root, next))) {
      if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
      const path = next === "." ? entry.name : `${next}/${entry.name}`;
      if (entry.isDirectory()) open.push(path);
      else if (entry.isFile() && /\.(?:ya?ml|json)$/.test(entry.name)) found.push(path);
    }
  }
  return found.sort();
}

function entriesOf(folder: string): readonly Dirent[] {
  return reading(folder, (place) => {
    try {
      return readdirSync(place, { withFileTypes: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
      throw error;
    }
  });
}

/** What the disk refuses is the project's matter, and said as such. */
function reading<T>(path: string, read: (path: string) => T): T {
  try {
    return read(path);
  } catch (error) {
    throw new Failure(`Cannot read ${path}: ${(error as Error).message}`);
  }
}
