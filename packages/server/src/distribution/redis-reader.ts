import type { Redis } from "ioredis";
import type { Timing } from "./timing.ts";

export interface StreamEntry {
  readonly id: string;
  readonly fields: ReadonlyMap<string, string>;
}

export interface RedisReaderOptions {
  /** Its own connection, since a blocked read holds up whatever comes after it. */
  readonly connection: Redis;
  /** For whatever must not wait behind a blocked read. */
  readonly commands: Redis;
  readonly timing: Timing;
  readonly onEntry: (key: string, entry: StreamEntry) => void;
  /** Entries of this stream may have been missed. */
  readonly onLost: (key: string) => void;
  /** The reader works, or no longer does. */
  readonly onState: (up: boolean, problem: string) => void;
}

/** How long one read waits for news. Short, so that a silent connection is noticed and cursors are checked often. */
export const BLOCK_MS = 1_000;
const COUNT = 500;
/** How often streams are asked whether they still are where we think. */
const CHECK_MS = 2_000;
const MIN_PAUSE_MS = 50;
const MAX_PAUSE_MS = 2_000;
const START = "0-0";

/**
 * Reads many streams with one blocked `XREAD`, from a cursor per stream. It promises nothing about what lies between
 * two entries; it says `lost` after each new connection, and when a stream ends before its cursor (flushed, restarted
 * empty, failed over to a stale replica), which `XREAD` alone would never notice.
 */
export class RedisReader {
  readonly #options: RedisReaderOptions;
  /** `undefined`: not known yet, because Redis was down when the stream was added. */
  readonly #cursors = new Map<string, string | undefined>();
  #clientId: number | undefined;
  #checkedAt = Number.NEGATIVE_INFINITY;
  #closed = false;
  #loop: Promise<void> | undefined;
  #cancelPause: (() => void) | undefined;

  constructor(options: RedisReaderOptions) {
    this.#options = options;
  }

  /** Resolves when entries added from now on will be read. */
  async add(key: string): Promise<void> {
    this.#cursors.set(key, undefined);
    this.#loop ??= this.#run();
    try {
      const cursor = await lastId(this.#options.commands, key);
      if (this.#cursors.has(key) && this.#cursors.get(key) === undefined) this.#cursors.set(key, cursor);
      // A read that is blocked now does not know of this stream.
      if (this.#clientId !== undefined) await this.#options.commands.client("UNBLOCK", this.#clientId);
    } catch {
      // Down: the loop finds the cursor when it is back, and says `lost`.
    }
  }

  remove(key: string): void {
    this.#cursors.delete(key);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelPause?.();
    this.#options.connection.disconnect();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { timing, onState } = this.#options;
    let failures = 0;
    while (!this.#closed) {
      try {
        await this.#connect();
        onState(true, "");
        failures = 0;
        await this.#read();
      } catch (error) {
        if (this.#closed) return;
        this.#clientId = undefined;
        onState(false, error instanceof Error ? error.message : String(error));
        this.#options.connection.disconnect();
        const longest = Math.min(MAX_PAUSE_MS, MIN_PAUSE_MS * 2 ** Math.min(failures++, 10));
        await new Promise<void>((resolve) => {
          const cancel = timing.after(longest * (0.5 + timing.random() / 2), resolve);
          this.#cancelPause = () => {
            cancel();
            resolve();
          };
        });
      }
    }
  }

  async #connect(): Promise<void> {
    const { connection } = this.#options;
    if (connection.status !== "ready") await connection.connect();
    this.#clientId = await connection.client("ID");
    await this.#check();
    for (const key of this.#cursors.keys()) this.#options.onLost(key);
  }

  async #read(): Promise<void> {
    const { connection, timing, onEntry } = this.#options;
    while (!this.#closed) {
      if (timing.now() - this.#checkedAt >= CHECK_MS || [...this.#cursors.values()].includes(undefined))
        await this.#check();
      const keys = [...this.#cursors.keys()];
      const from = keys.map((key) => this.#cursors.get(key) ?? START);
      const answer: unknown =
        keys.length === 0
          ? await new Promise((resolve) => void timing.after(BLOCK_MS, () => resolve(null)))
          : await connection.xread("COUNT", COUNT, "BLOCK", BLOCK_MS, "STREAMS", ...keys, ...from);
      for (const [key, entries] of streamsOf(answer))
        for (const entry of entries) {
          if (!this.#cursors.has(key)) break;
          this.#cursors.set(key, entry.id);
          onEntry(key, entry);
        }
    }
  }

  /** Finds cursors that are not known, and streams that end before theirs. */
  async #check(): Promise<void> {
    const { connection, timing, onLost } = this.#options;
    this.#checkedAt = timing.now();
    for (const key of this.#cursors.keys()) {
      const last = await lastId(connection, key);
      if (!this.#cursors.has(key)) continue;
      // Read only now: `add` may have found the cursor meanwhile, and entries that came after it must not be skipped.
      const cursor = this.#cursors.get(key);
      if (cursor !== undefined && compareIds(last, cursor) >= 0) continue;
      // From the start: what is in a stream that began anew is news.
      this.#cursors.set(key, cursor === undefined ? last : START);
      onLost(key);
    }
  }
}

async function lastId(redis: Redis, key: string): Promise<string> {
  const [entry] = await redis.xrevrange(key, "+", "-", "COUNT", 1);
  return entry?.[0] ?? START;
}

/** Stream ids are two integers. They fit into a number: the first is a time in milliseconds. */
export function compareIds(a: string, b: string): number {
  const [aTime = 0, aSequence = 0] = a.split("-").map(Number);
  const [bTime = 0, bSequence = 0] = b.split("-").map(Number);
  return aTime === bTime ? aSequence - bSequence : aTime - bTime;
}

function streamsOf(answer: unknown): readonly (readonly [string, readonly StreamEntry[]])[] {
  if (!Array.isArray(answer)) return [];
  return answer.map(([key, entries]: [string, [string, string[]][]]) => [
    key,
    entries.map(([id, flat]) => {
      const fields = new Map<string, string>();
      for (let index = 0; index + 1 < flat.length; index += 2) fields.set(flat[index] ?? "", flat[index + 1] ?? "");
      return { id, fields };
    }),
  ]);
}
