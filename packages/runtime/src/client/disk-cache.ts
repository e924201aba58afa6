import { createHash } from "node:crypto";
import { join } from "node:path";
import { reasonOf } from "./client-error.ts";
import type { Disk } from "./disk.ts";
import type { Attachment, FlagClient } from "./flag-client.ts";
import type { Cancel } from "./host.ts";

export interface DiskCacheOptions {
  /** The folder that holds the cached flags. Made when it is not there. */
  readonly folder: string;
  /** What the environment is known by before it has been reached: addresses and key. Only a hash of it is written. */
  readonly identity: readonly string[];
  readonly disk: Disk;
}

/** Changes within this time are written once. */
const SETTLE_MS = 1_000;

/** What stands in the first line of the file, before the flags. */
interface Head {
  readonly format: 1;
  /** SHA-256 of everything after the first line. */
  readonly checksum: string;
  /** Milliseconds since 1970: when the flags were last known to be current. */
  readonly currentAt: number;
}

/**
 * Keeps the last flags on the disk, kills included, so that a process that starts while no server can be reached
 * serves what the last one served. The file is replaced as a whole or not at all, and is believed only if its checksum
 * is right. A disk that is full or gone costs a message, nothing else.
 */
export class DiskCache implements Attachment {
  readonly #disk: Disk;
  readonly #path: string;
  #client: FlagClient | undefined;
  #timer: Cancel | undefined;
  #work: Promise<void> = Promise.resolve();

  constructor({ folder, identity, disk }: DiskCacheOptions) {
    this.#disk = disk;
    this.#path = join(folder, `${sha256(JSON.stringify(identity)).slice(0, 22)}.flags`);
  }

  start(client: FlagClient): void {
    this.#client = client;
    this.#do("read", () => this.#load(client));
    client.events.on("changed", ({ cause }) => {
      if (cause === "purge") this.#do("dropped", () => this.#disk.remove(this.#path));
      // A kill must be known to the next process even if this one dies of what was killed.
      if (cause === "kill" || cause === "purge") this.#saveSoon(client, 0);
      else this.#saveSoon(client, SETTLE_MS);
    });
  }

  async close(): Promise<void> {
    if (this.#timer !== undefined && this.#client !== undefined) this.#saveNow(this.#client);
    await this.#work;
  }

  async #load(client: FlagClient): Promise<void> {
    const text = await this.#disk.read(this.#path);
    if (text === undefined) return;
    const cached = unpack(text);
    if (cached === undefined) return client.log.tell(`the cached flags in ${this.#path} are damaged and not used.`);
    client.warm(cached.snapshot, cached.overlays, cached.currentAt);
  }

  #saveSoon(client: FlagClient, withinMs: number): void {
    if (this.#timer !== undefined && withinMs > 0) return;
    this.#timer?.();
    this.#timer = client.host.after(withinMs, () => this.#saveNow(client));
  }

  #saveNow(client: FlagClient): void {
    this.#timer?.();
    this.#timer = undefined;
    this.#do("kept", async () => {
      const { snapshot, overlays } = client.held;
      if (snapshot === undefined) return;
      await this.#disk.replace(this.#path, pack(snapshot, overlays, client.status.currentAt ?? client.host.now()));
    });
  }

  /** One thing at a time, in order. */
  #do(what: "read" | "dropped" | "kept", task: () => Promise<void>): void {
    this.#work = this.#work.then(task).catch((thrown: unknown) => {
      this.#client?.log.failed({
        code: "CACHE_UNWRITABLE",
        message: `The flags in ${this.#path} cannot be ${what}: ${reasonOf(thrown)}.`,
        help: "Flags are served all the same; only a start without a server will have none.",
      });
    });
  }
}

function pack(snapshot: unknown, overlays: unknown, currentAt: number): string {
  const body = JSON.stringify({ snapshot, overlays });
  const head: Head = { format: 1, checksum: sha256(body), currentAt };
  return `${JSON.stringify(head)}\n${body}`;
}

function unpack(
  text: string,
): { readonly snapshot: unknown; readonly overlays: readonly unknown[]; readonly currentAt: number } | undefined {
  const end = text.indexOf("\n");
  const body = text.slice(end + 1);
  try {
    const { format, checksum, currentAt } = JSON.parse(text.slice(0, end)) as Partial<Head>;
    if (format !== 1 || checksum !== sha256(body) || !Number.isSafeInteger(currentAt)) return undefined;
    const { snapshot, overlays } = JSON.parse(body) as { snapshot?: unknown; overlays?: unknown };
    return { snapshot, overlays: Array.isArray(overlays) ? overlays : [], currentAt: currentAt as number };
  } catch {
    return undefined;
  }
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}
