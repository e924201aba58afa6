import { registry } from "../codegen/v1/registry.ts";
import { compile } from "../evaluation/compile.ts";
import { regularExpressions } from "../evaluation/regular-expressions.ts";
import { FileSource } from "../sources/file-source.ts";
import { type Fetch, MAX_PAYLOAD_BYTES } from "../sources/http.ts";
import { nodeFetch } from "../sources/node-fetch.ts";
import type { Source } from "../sources/source.ts";
import { StreamSource } from "../sources/stream-source.ts";
import { type Client, clientOf } from "./client.ts";
import { FlagClient } from "./flag-client.ts";
import { type Host, systemHost } from "./host.ts";
import type { Logger } from "./logger.ts";

/** Flags from a server. */
export interface ServerOptions {
  /** The server's address: `http://127.0.0.1:4400`. Several are tried by their health, the first one preferred. */
  readonly url: string | readonly string[];
  /** A server key of the environment: `fw_server_…`. */
  readonly key: string;
  /** The name of the app, as the server's people will see it. */
  readonly service?: string;
  /** Instead of the built-in HTTP client. */
  readonly fetch?: Fetch;
}

/** Flags from a file: a snapshot in canonical JSON, read again when it changes. */
export interface FileClientOptions {
  readonly snapshotFile: string;
}

/** Flags from anywhere else. */
export interface SourceOptions {
  readonly source: Source;
}

export interface CommonOptions<Flags> {
  /** The generated index, for `getFlag`. */
  readonly flags?: Flags;
  /** How long `ready` waits at the most, in milliseconds. Default 5,000. */
  readonly readyTimeoutMs?: number;
  /** After this long without confirmation flags count as stale, in milliseconds. Default 60,000. */
  readonly ttlMs?: number;
  /** Silence after which a stream is taken for dead, in milliseconds. Default 40,000. */
  readonly readTimeoutMs?: number;
  /** The most bytes that one answer or event may have. Default 32 MiB. */
  readonly maxPayloadBytes?: number;
  /** Default `console`; `null` for silence. */
  readonly logger?: Logger | null;
  /** Clock, randomness and timers, for tests. */
  readonly host?: Host;
}

export type ClientOptions<Flags = object> = CommonOptions<Flags> & (ServerOptions | FileClientOptions | SourceOptions);

/** More than two of the server's heartbeats, which come every 15 s. */
export const DEFAULT_READ_TIMEOUT_MS = 40_000;

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
  return clientOf(coreOf(options), (options.flags ?? {}) as Flags);
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
  const core = coreOf(options);
  const before = registry.client;
  if (before === undefined) registry.client = core;
  await core.ready;
  if (before !== undefined) {
    registry.client = core;
    if (before instanceof FlagClient) await before.close();
  }
  return clientOf(core, (options.flags ?? {}) as Flags);
}

function coreOf(options: ClientOptions<unknown>): FlagClient {
  const host = options.host ?? systemHost;
  return new FlagClient({
    source: sourceOf(options, host),
    compile: (snapshot, previous) =>
      compile(snapshot, previous === undefined ? { regularExpressions } : { regularExpressions, previous }),
    ttlMs: "url" in options ? options.ttlMs : Number.POSITIVE_INFINITY,
    readyTimeoutMs: options.readyTimeoutMs,
    logger: options.logger,
    host,
  });
}

function sourceOf(options: ClientOptions<unknown>, host: Host): Source {
  if ("source" in options) return options.source;
  const maxPayloadBytes = options.maxPayloadBytes ?? MAX_PAYLOAD_BYTES;
  if ("snapshotFile" in options) return new FileSource({ path: options.snapshotFile, host, maxPayloadBytes });
  const urls = typeof options.url === "string" ? [options.url] : options.url;
  if (typeof options.key !== "string" || options.key === "")
    throw new TypeError("A client needs the server key of an environment: pass `key`, like fw_server_….");
  const { fetch, close } =
    options.fetch === undefined ? nodeFetch() : { fetch: options.fetch, close: () => Promise.resolve() };
  const stream = new StreamSource({
    urls,
    key: options.key,
    fetch,
    host,
    maxPayloadBytes,
    readTimeoutMs: options.readTimeoutMs ?? DEFAULT_READ_TIMEOUT_MS,
  });
  return {
    name: stream.name,
    start: (sink) => stream.start(sink),
    refresh: () => stream.refresh(),
    close: async () => {
      await stream.close();
      await close();
    },
  };
}
