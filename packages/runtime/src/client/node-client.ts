import { randomUUID } from "node:crypto";
import { regularExpressions } from "../evaluation/regular-expressions.ts";
import { FallbackSource } from "../sources/fallback-source.ts";
import { FileSource } from "../sources/file-source.ts";
import { type Fetch, MAX_PAYLOAD_BYTES } from "../sources/http.ts";
import { nodeFetch } from "../sources/node-fetch.ts";
import { DEFAULT_POLL_INTERVAL_MS, PollSource } from "../sources/poll-source.ts";
import { type RedisOptions, RedisSource } from "../sources/redis-source.ts";
import type { Source } from "../sources/source.ts";
import { StreamSource } from "../sources/stream-source.ts";
import { becomeDefault } from "./become-default.ts";
import { type Client, clientOf } from "./client.ts";
import { type CommonOptions, coreOf, type SourceOptions } from "./create-client.ts";
import { nodeDisk } from "./disk.ts";
import { DiskCache } from "./disk-cache.ts";
import type { Attachment, FlagClient } from "./flag-client.ts";
import { systemHost } from "./host.ts";
import { Reporter } from "./reporter.ts";

/** Flags from a server. */
export interface ServerOptions {
  /** The server's address: `http://127.0.0.1:4400`. Several are tried by their health, the first one preferred. */
  readonly url: string | readonly string[];
  /** A server key of the environment: `fw_server_…`. */
  readonly key: string;
  /** The name of the app, as the server's people will see it. */
  readonly service?: string;
  /**
   * `stream` (the default) is pushed to, and polls while no stream comes through. `poll` only asks from time to time.
   */
  readonly transport?: "stream" | "poll";
  /**
   * Daemon mode: reads what the servers write to Redis, over a connection like this one of `ioredis`, and asks the
   * server only while Redis cannot help.
   */
  readonly redis?: RedisOptions;
  /** From one poll to the next, in milliseconds. Default 30,000. */
  readonly pollIntervalMs?: number;
  /** A folder in which the last flags are kept, for starts without a server. Default: none are kept. */
  readonly cacheFolder?: string;
  /** Silence after which a stream is taken for dead, in milliseconds. Default: 2.5 of the server's heartbeats. */
  readonly readTimeoutMs?: number;
  /**
   * The hot flags that this client reads, by key without version. Changes of other hot flags come with the next other
   * change or heartbeat. Default: it may read any, so all come at once. Which flags are hot is set at the server.
   */
  readonly reads?: readonly string[];
  /** The most bytes that one answer or event may have. Default 32 MiB. */
  readonly maxPayloadBytes?: number;
  /** Whether to tell the server what is applied and how often flags gave what. Default true. */
  readonly report?: boolean;
  /** Instead of the built-in HTTP client. */
  readonly fetch?: Fetch;
}

/** Flags from a file: a snapshot in canonical JSON, read again when it changes. */
export interface FileOptions {
  readonly snapshotFile: string;
  /** The most bytes that the file may have. Default 32 MiB. */
  readonly maxPayloadBytes?: number;
}

export type ClientOptions<Flags = object> = CommonOptions<Flags> & (ServerOptions | FileOptions | SourceOptions);

/**
 * Makes a client that is nobody's default: for a second environment, for tests, for flags read by key.
 *
 * @example
 * ```ts
 * await using client = createClient({ url: "http://127.0.0.1:4400", key, flags: index });
 * await client.getFlag("new-checkout", { targetingKey: "user-1", region: "MY" });
 * ```
 * @throws {TypeError} when `url` is not an address or `key` is missing.
 */
export function createClient<const Flags = object>(options: ClientOptions<Flags>): Client<Flags> {
  return clientOf(nodeCoreOf(options), (options.flags ?? {}) as Flags);
}

/**
 * Makes the default client, which answers when a flag is called, and waits until flags are there, at the most
 * `readyTimeoutMs`. When they come later they still take over. Called again, the new client takes over once it is
 * ready, and the old one is closed.
 *
 * @example
 * ```ts
 * const client = await connect({ url: "http://127.0.0.1:4400", key: process.env.FLAGWRIGHT_KEY ?? "" });
 * ```
 * @throws {TypeError} when `url` is not an address or `key` is missing. A server that is down throws nothing: see
 * `client.status`.
 */
export async function connect<const Flags = object>(options: ClientOptions<Flags>): Promise<Client<Flags>> {
  const core = nodeCoreOf(options);
  await becomeDefault(core);
  return clientOf(core, (options.flags ?? {}) as Flags);
}

function nodeCoreOf(options: ClientOptions<unknown>): FlagClient {
  if ("source" in options) return coreOf(options.source, options, { regularExpressions });
  if ("url" in options) {
    const { source, attachments } = serverParts(options);
    return coreOf(source, options, { regularExpressions, attachments });
  }
  const { host = systemHost, maxPayloadBytes = MAX_PAYLOAD_BYTES } = options;
  const source = new FileSource({ path: options.snapshotFile, host, maxPayloadBytes });
  return coreOf(source, { ttlMs: Number.POSITIVE_INFINITY, ...options }, { regularExpressions });
}

function serverParts(options: ServerOptions & CommonOptions<unknown>): {
  readonly source: Source;
  readonly attachments: readonly Attachment[];
} {
  const { key, service, host = systemHost, maxPayloadBytes = MAX_PAYLOAD_BYTES, readTimeoutMs, cacheFolder } = options;
  const urls = typeof options.url === "string" ? [options.url] : options.url;
  if (typeof key !== "string" || key === "")
    throw new TypeError("A client needs the server key of an environment: pass `key`, like fw_server_….");
  const { fetch, close } = options.fetch === undefined ? nodeFetch() : { fetch: options.fetch, close: noop };
  const server = { urls, key, instance: randomUUID(), fetch, host, maxPayloadBytes };
  const poll = (): Source =>
    new PollSource({ ...server, intervalMs: options.pollIntervalMs ?? DEFAULT_POLL_INTERVAL_MS });
  const stream = (): Source =>
    new StreamSource({
      ...server,
      ...(readTimeoutMs === undefined ? {} : { readTimeoutMs }),
      ...(options.reads === undefined ? {} : { reads: options.reads }),
    });

  const attachments: Attachment[] = [];
  if (cacheFolder !== undefined)
    attachments.push(new DiskCache({ folder: cacheFolder, identity: [...urls, key], disk: nodeDisk() }));
  if (options.report !== false) attachments.push(new Reporter({ ...server, service }));
  // Connections are ended last, after the final report.
  attachments.push({ start: noop, close });
  const overHttp = (): Source => (options.transport === "poll" ? poll() : new FallbackSource(stream(), poll));
  const { redis } = options;
  const source = redis === undefined ? overHttp() : new FallbackSource(new RedisSource(redis, host), overHttp);
  return { source, attachments };
}

async function noop(): Promise<void> {}
