import { randomUUID } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Who holds the folder. `started` tells a process from a later one with the same number (always 1 in a container). */
interface Holder {
  readonly pid: number;
  readonly started: string;
}

export class FolderInUseError extends Error {
  override readonly name = "FolderInUseError";
}

export class FolderUnusableError extends Error {
  override readonly name = "FolderUnusableError";
}

/**
 * Takes the folder for this process alone and returns the function that gives it back. Two processes on one PGlite
 * folder would destroy it, and PGlite does not notice. A lock whose process is gone is taken over.
 *
 * @throws FolderInUseError while another process holds it; FolderUnusableError when it is none and cannot be made.
 */
export function lockFolder(folder: string): () => void {
  makeFolder(folder);
  const path = join(folder, "flagwright.lock");
  const mine = JSON.stringify({ pid: process.pid, started: startOf(process.pid) } satisfies Holder);
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, mine, { mode: 0o600 });
  try {
    // A link is made whole or not at all: nobody ever reads a lock that is half written.
    while (!tryLink(draft, path)) {
      const text = readText(path);
      if (text === undefined) continue;
      const holder = parse(text);
      if (holder !== undefined && isAlive(holder)) throw inUse(folder, holder.pid, path);
      takeAway(path, text);
    }
  } finally {
    rmSync(draft, { force: true });
  }
  return () => {
    if (readText(path) === mine) rmSync(path, { force: true });
  };
}

/**
 * Not by `recursive`: below a folder that takes none, such as `/proc`, Node makes the parent, which is there, and tries
 * again for ever.
 */
function makeFolder(folder: string): void {
  try {
    if (!existsSync(folder) && !existsSync(dirname(folder))) makeFolder(dirname(folder));
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (error instanceof FolderUnusableError) throw error;
    if (codeOf(error) === "EEXIST" && statSync(folder).isDirectory()) return;
    throw new FolderUnusableError(
      `The data folder ${folder} cannot be made (${String(codeOf(error))}). Give another with --data.`,
      { cause: error },
    );
  }
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

/** Removes the stale lock. When another process was faster and the lock is already a new one, it is put back. */
function takeAway(path: string, stale: string): void {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    throw error;
  }
  if (readText(aside) !== stale) tryLink(aside, path);
  rmSync(aside, { force: true });
}

function isAlive(holder: Holder): boolean {
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    // EPERM: it lives, under another user.
    if (codeOf(error) !== "EPERM") return false;
  }
  return startOf(holder.pid) === holder.started;
}

/** When the process began, as Linux counts; elsewhere empty, and the number alone decides. */
function startOf(pid: number): string {
  const stat = readText(`/proc/${pid}/stat`);
  const boot = readText("/proc/sys/kernel/random/boot_id");
  if (stat === undefined || boot === undefined) return "";
  // The second field is the program's name in parentheses and may hold anything; the start is the 22nd field.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return `${boot.trim()}/${fields[19] ?? ""}`;
}

function parse(text: string): Holder | undefined {
  try {
    const holder: unknown = JSON.parse(text);
    if (typeof holder !== "object" || holder === null || !("pid" in holder) || !("started" in holder)) return undefined;
    const { pid, started } = holder;
    return typeof pid === "number" && typeof started === "string" ? { pid, started } : undefined;
  } catch {
    return undefined;
  }
}

function inUse(folder: string, pid: number, path: string): FolderInUseError {
  return new FolderInUseError(
    `The data folder ${folder} is in use by process ${pid}. Stop that server, or give this one a folder of its own ` +
      `with --data. (The lock is ${path}.)`,
  );
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ESRCH") return undefined;
    throw error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
