import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** The one door to the disk. */
export interface Disk {
  /** `undefined` when there is no such file. */
  read(path: string): Promise<string | undefined>;
  /** Afterwards the file has all of the text, or is what it was. Survives a loss of power. */
  replace(path: string, text: string): Promise<void>;
  remove(path: string): Promise<void>;
}

/** Half-written files of processes that died are removed once they are this old. */
const ABANDONED_MS = 3_600_000;

/** `openFile` is there for tests, which let a disk be full. */
export function nodeDisk(openFile: typeof open = open): Disk {
  return {
    read: async (path) => {
      try {
        return await readFile(path, "utf8");
      } catch (thrown) {
        if (isMissing(thrown)) return undefined;
        throw thrown;
      }
    },
    replace: async (path, text) => {
      const folder = dirname(path);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const temporary = `${path}.${randomUUID()}.tmp`;
      try {
        const file = await openFile(temporary, "w", 0o600);
        try {
          await file.writeFile(text);
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(temporary, path);
        await syncFolder(folder);
      } finally {
        await rm(temporary, { force: true });
        await removeAbandoned(path);
      }
    },
    remove: (path) => rm(path, { force: true }),
  };
}

/** A rename is on the disk only when its folder is. Windows cannot open one, and needs no such thing. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function removeAbandoned(path: string): Promise<void> {
  const folder = dirname(path);
  for (const name of await readdir(folder)) {
    if (!name.startsWith(`${basename(path)}.`) || !name.endsWith(".tmp")) continue;
    const abandoned = join(folder, name);
    const written = await stat(abandoned).catch(() => undefined);
    if (written !== undefined && Date.now() - written.mtimeMs > ABANDONED_MS) await rm(abandoned, { force: true });
  }
}

function isMissing(thrown: unknown): boolean {
  return thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT";
}
