import { type ClientError, reasonOf } from "../client/client-error.ts";
import { type Cancel, type Host, systemHost } from "../client/host.ts";
import type { Order } from "../snapshot/order.ts";
import { Backoff } from "./backoff.ts";
import type { Source, SourceEvent, SourceSink } from "./source.ts";

/** A connection of `ioredis`. The source never uses the app's own; it makes one like it. */
export interface RedisClient {
  duplicate(override: {
    readonly lazyConnect: true;
    readonly enableOfflineQueue: false;
    readonly maxRetriesPerRequest: 0;
    readonly retryStrategy: () => null;
    readonly host?: string;
    readonly port?: number;
  }): RedisConnection;
}

/** A `Cluster` of `ioredis`. The source makes one connection, to the node that has the environment. */
export interface RedisClusterClient {
  nodes(role: "master"): readonly RedisClient[];
}

export interface RedisConnection {
  connect(): Promise<unknown>;
  disconnect(): void;
  call(command: string, ...args: (string | number)[]): Promise<unknown>;
  on(event: "error" | "connect", listener: () => void): unknown;
  readonly stream?: { unref?(): unknown } | null;
}

export interface RedisOptions {
  readonly client: RedisClient | RedisClusterClient;
  readonly organization: string;
  readonly project: string;
  readonly environment: string;
}

/** How long one read waits for news, in milliseconds: a dead connection is noticed within it and `ANSWER_MS`. */
const BLOCK_MS = 1_000;
/** Redis answers within milliseconds or is not well. */
const ANSWER_MS = 2_000;
/** How often what is held is compared with the snapshot that the servers keep in Redis. */
const CHECK_MS = 5_000;
/** That snapshot may be a second old; so a gap is healed within a few looks at it, or not by Redis. */
const LOOKS = 4;
const LOOK_AGAIN_MS = 500;
const COUNT = 100;
/** Redirections that are followed to find the environment. More of them is a cluster that does not know itself. */
const MAX_HOPS = 4;
const START = "0-0";

/**
 * Flags from Redis alone, for apps that cannot reach a server at all. With `url` and `key` beside it, as the option
 * `redis`, the server helps out.
 *
 * @example
 * ```ts
 * const source = redisSource({ client: new Redis(url), organization: "acme", project: "shop", environment: "production" });
 * ```
 */
export function redisSource(options: RedisOptions, host: Host = systemHost): Source {
  return new RedisSource(options, host);
}

/**
 * Reads what the servers write to Redis (daemon mode): the latest snapshot from a hash, then announcements from a
 * stream. Names and fields are those of the server's `distribution/redis-keys.ts`. Redis may forget everything at any
 * time; what it cannot give is reported as a failure, so that another source can help out.
 */
export class RedisSource implements Source {
  readonly name = "redis";
  readonly #options: RedisOptions;
  readonly #host: Host;
  readonly #backoff: Backoff;
  readonly #streamKey: string;
  readonly #snapshotKey: string;
  #connection: RedisConnection | undefined;
  #running: Promise<void> | undefined;
  #wake: (() => void) | undefined;
  #closed = false;

  constructor(options: RedisOptions, host: Host) {
    const { organization, project, environment } = options;
    this.#options = options;
    this.#host = host;
    this.#backoff = new Backoff(host);
    this.#streamKey = `fw:{${organization}:${project}:${environment}}:stream`;
    this.#snapshotKey = `fw:{${organization}:${project}:${environment}}:snapshot`;
  }

  start(sink: SourceSink): void {
    this.#running = this.#run({
      order: () => sink.order(),
      accept: (event: SourceEvent) => (this.#closed ? "unchanged" : sink.accept(event)),
    });
  }

  /** It reads all the time, and waits only after failures. */
  refresh(): void {}

  async close(): Promise<void> {
    this.#closed = true;
    this.#connection?.disconnect();
    this.#wake?.();
    await this.#running;
  }

  async #run(sink: SourceSink): Promise<void> {
    while (!this.#closed) {
      try {
        await this.#follow(sink);
      } catch (thrown) {
        this.#connection?.disconnect();
        if (this.#closed) return;
        sink.accept({ type: "failed", error: errorOf(thrown) });
        await this.#pause(this.#backoff.next());
      }
    }
  }

  /** Returns only by throwing: when Redis fails, or has not what is needed. */
  async #follow(sink: SourceSink): Promise<never> {
    await this.#connect();
    sink.accept({ type: "connected" });
    await this.#load(sink, "any");
    // From the start: the snapshot may be older than the last entries, and what it has already changes nothing.
    let cursor = START;
    let checkedAt = this.#host.now();
    for (;;) {
      const outcome = this.#take(sink, await this.#read(cursor));
      if (outcome === "heal") await this.#load(sink, "newer");
      cursor = outcome === "heal" ? START : (outcome ?? cursor);
      this.#backoff.succeeded();
      if (this.#host.now() - checkedAt < CHECK_MS) continue;
      checkedAt = this.#host.now();
      const there = await this.#order();
      if (there === undefined) throw new Forgotten();
      if (sink.accept({ type: "current", order: there }) === "gap") await this.#load(sink, "newer");
      // A stream that began anew ends before the cursor, and would stay silent for ever.
      if (compareIds(await this.#lastId(), cursor) < 0) cursor = START;
    }
  }

  /** To the server, or to that node of the cluster which has the environment: any node says who has. */
  async #connect(): Promise<void> {
    const { client } = this.#options;
    if (!("nodes" in client)) return this.#open(client, {});
    const nodes = client.nodes("master");
    const node = nodes[Math.floor(this.#host.random() * nodes.length)];
    if (node === undefined) throw new Error("the cluster has no connection to any of its nodes");
    let place: Place = {};
    for (let hop = 0; ; hop++) {
      await this.#open(node, place);
      try {
        await this.#lastId();
        return;
      } catch (thrown) {
        const moved = movedTo(thrown);
        if (moved === undefined || hop === MAX_HOPS) throw thrown;
        this.#connection?.disconnect();
        place = moved;
      }
    }
  }

  async #open(client: RedisClient, place: Place): Promise<void> {
    const connection = client.duplicate({
      lazyConnect: true,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      retryStrategy: () => null,
      ...place,
    });
    this.#connection = connection;
    // ioredis throws what nobody listens to; every command tells of it as well.
    connection.on("error", () => undefined);
    connection.on("connect", () => connection.stream?.unref?.());
    await this.#within(ANSWER_MS, connection.connect());
  }

  /** Returns the id of the last entry, or that a newer snapshot is needed. */
  #take(sink: SourceSink, entries: readonly Entry[]): string | "heal" | undefined {
    for (const { event } of entries) {
      const verdict = event === undefined ? "refused" : sink.accept(event);
      if (verdict === "gap" || verdict === "refused") return "heal";
    }
    return entries.at(-1)?.id;
  }

  /** Takes the snapshot in Redis; looks again while that is no newer than what is held, if it has to be. */
  async #load(sink: SourceSink, wanted: "any" | "newer"): Promise<void> {
    for (let look = 1; look <= LOOKS; look++) {
      const data = await this.#call("HGET", this.#snapshotKey, "data");
      if (typeof data !== "string") break;
      const verdict = sink.accept({ type: "snapshot", data });
      if (verdict === "applied" || (verdict === "unchanged" && wanted === "any")) return;
      await this.#pause(LOOK_AGAIN_MS);
    }
    throw new Forgotten();
  }

  async #read(cursor: string): Promise<readonly Entry[]> {
    const args = ["COUNT", COUNT, "BLOCK", BLOCK_MS, "STREAMS", this.#streamKey, cursor] as const;
    return entriesOf(await this.#call("XREAD", ...args));
  }

  async #order(): Promise<Order | undefined> {
    const found = await this.#call("HMGET", this.#snapshotKey, "epoch", "revision");
    const [epoch, revision] = Array.isArray(found) ? found.map(Number) : [];
    return Number.isSafeInteger(epoch) && Number.isSafeInteger(revision) && epoch !== 0
      ? { epoch: epoch as number, revision: revision as number }
      : undefined;
  }

  async #lastId(): Promise<string> {
    const found = await this.#call("XREVRANGE", this.#streamKey, "+", "-", "COUNT", 1);
    return Array.isArray(found) && Array.isArray(found[0]) ? String(found[0][0]) : START;
  }

  #call(command: string, ...args: (string | number)[]): Promise<unknown> {
    const connection = this.#connection;
    if (this.#closed || connection === undefined) return Promise.reject(new Error("closed"));
    return this.#within(BLOCK_MS + ANSWER_MS, connection.call(command, ...args));
  }

  /** A connection may be open at one end only: whatever takes too long has failed. */
  async #within<T>(ms: number, work: Promise<T>): Promise<T> {
    let cancel: Cancel | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      cancel = this.#host.after(ms, () => reject(new Error(`no answer within ${ms} ms`)));
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      cancel?.();
    }
  }

  #pause(ms: number): Promise<void> {
    if (this.#closed) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#host.after(ms, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }
}

interface Place {
  readonly host?: string;
  readonly port?: number;
}

/** `MOVED 3999 host:port`; without a host it is the one that was asked. */
function movedTo(thrown: unknown): Place | undefined {
  const [, host, port] = /^MOVED \d+ (.*):(\d+)$/.exec(thrown instanceof Error ? thrown.message : "") ?? [];
  if (port === undefined) return undefined;
  return { ...(host === undefined || host === "" ? {} : { host }), port: Number(port) };
}

/** Redis is there, and has not what is needed: it was flushed, or no server writes to it. */
class Forgotten extends Error {
  override readonly name = "Forgotten";
  override readonly message = "Redis has no current flags of this environment.";
}

function errorOf(thrown: unknown): ClientError {
  return thrown instanceof Forgotten
    ? { code: "NOT_FOUND", message: thrown.message, help: "Check organization, project and environment." }
    : { code: "NETWORK", message: `Redis cannot be read: ${reasonOf(thrown)}.` };
}

interface Entry {
  readonly id: string;
  /** Absent when the entry is not readable. */
  readonly event: SourceEvent | undefined;
}

/**
 * `XREAD` answers with a stream's name and its entries, each an id and a flat list of fields: in RESP2 as a list of
 * such pairs, in RESP3 as a map, which arrives flat. One stream is asked for, so there is at most one pair.
 */
function entriesOf(answer: unknown): readonly Entry[] {
  if (!Array.isArray(answer)) return [];
  const [, entries]: unknown[] = Array.isArray(answer[0]) ? answer[0] : answer;
  if (!Array.isArray(entries)) return [];
  return entries.map(([id, flat]: [string, string[]]) => {
    const fields = new Map<string, string>();
    for (let index = 0; index + 1 < flat.length; index += 2) fields.set(String(flat[index]), String(flat[index + 1]));
    return { id, event: eventOf(fields.get("event"), fields.get("data")) };
  });
}

function eventOf(event: string | undefined, data: string | undefined): SourceEvent | undefined {
  if (event === "patch" || event === "kill") return { type: event, data };
  if (event !== "purge" || data === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(data);
    const snapshot: unknown = typeof parsed === "object" && parsed !== null && "snapshot" in parsed && parsed.snapshot;
    return { type: "snapshot", data: snapshot, purge: true };
  } catch {
    return undefined;
  }
}

/** Stream ids are two integers: a time in milliseconds, and a sequence. */
function compareIds(a: string, b: string): number {
  const [aTime = 0, aSequence = 0] = a.split("-").map(Number);
  const [bTime = 0, bSequence = 0] = b.split("-").map(Number);
  return aTime === bTime ? aSequence - bSequence : aTime - bTime;
}
