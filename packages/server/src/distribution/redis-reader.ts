import type { Cluster, Redis } from "ioredis";
import type { DialedConnection } from "./redis-connections.ts";
import type { Timing } from "./timing.ts";

export interface StreamEntry {
  readonly id: string;
  readonly fields: ReadonlyMap<string, string>;
}

export interface RedisReaderOptions {
  /** Makes a connection of its own, since a blocked read holds up whatever comes after it. */
  readonly dial: (signal: AbortSignal) => Promise<DialedConnection>;
  /** For whatever must not wait behind a blocked read. */
  readonly commands: Redis | Cluster;
  /** Ends the blocked read of the connection with this id. Absent where a reader has one stream for good. */
  readonly unblock?: (clientId: number) => Promise<unknown>;
  readonly timing: Timing;
  readonly onEntry: (key: string, entry: StreamEntry) => void;
  /** Entries of this stream may have been missed. */
  readonly onLost: (key: string) => void;
  /** The reader works, or no longer does. */
  readonly onState: (up: boolean, problem: unknown) => void;
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
  readonly #closing = new AbortController();
  #clientId: number | undefined;
  #checkedAt = Number.NEGATIVE_INFINITY;
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
      if (this.#clientId !== undefined) await this.#options.unblock?.(this.#clientId);
    } catch {
      // Down: the loop finds the cursor when it is back, and says `lost`.
    }
  }

  remove(key: string): void {
    this.#cursors.delete(key);
  }

  get size(): number {
    return this.#cursors.size;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#cancelPause?.();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { timing, onState, dial } = this.#options;
    const { signal } = this.#closing;
    let failures = 0;
    while (!signal.aborted) {
      let dialed: DialedConnection | undefined;
      try {
        dialed = await dial(signal);
        await this.#begin(dialed.redis);
        onState(true, undefined);
        failures = 0;
        await this.#read(dialed.redis);
      } catch (error) {
        if (signal.aborted) return;
        onState(false, dialed?.causeOf(error) ?? error);
        const longest = Math.min(MAX_PAUSE_MS, MIN_PAUSE_MS * 2 ** Math.min(failures++, 10));
        await new Promise<void>((resolve) => {
          const cancel = timing.after(longest * (0.5 + timing.random() / 2), resolve);
          this.#cancelPause = () => {
            cancel();
            resolve();
          };
        });
      } finally {
        this.#clientId = undefined;
        dialed?.redis.disconnect();
      }
    }
  }

  async #begin(connection: Redis): Promise<void> {
    this.#clientId = await connection.client("ID");
    await this.#check(connection);
    for (const key of this.#cursors.keys()) this.#options.onLost(key);
  }

  async #read(connection: Redis): Promise<void> {
    const { timing, onEntry } = this.#options;
    while (!this.#closing.signal.aborted) {
      if (timing.now() - this.#checkedAt >= CHECK_MS || [...this.#cursors.values()].includes(undefined))
        await this.#check(connection);
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
  async #check(connection: Redis): Promise<void> {
    const { timing, onLost } = this.#options;
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

async function lastId(redis: Redis | Cluster, key: string): Promise<string> {
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
