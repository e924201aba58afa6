import { Cluster, Redis, type RedisOptions } from "ioredis";
import type { RedisAddress, RedisNode } from "./redis-address.ts";
import type { Timing } from "./timing.ts";

export interface RedisConnectionsOptions {
  readonly address: RedisAddress;
  /** Certificates of the authorities that may have signed that of Redis, as PEM. Default: those of the system. */
  readonly ca?: string;
  readonly timing: Timing;
  /** Redis answers a command within this many milliseconds or is not well. */
  readonly commandMs: number;
  /** A reading connection that says nothing for so long is dead. */
  readonly silenceMs: number;
}

/** How a node talks to Redis, be it one server or a cluster. */
export interface RedisConnections {
  /** For whatever must not wait behind a blocked read. Reconnects by itself. */
  readonly commands: Redis | Cluster;
  /** Why `commands` is not connected; `undefined` while it is. */
  readonly commandsProblem: () => unknown;
  /** Streams of one group can be waited for together. In a cluster each stream is alone: it has a slot of its own. */
  groupOf(key: string): string;
  /** Connects to the server that has this stream; rejects with what the connection said. */
  dial(key: string, signal: AbortSignal): Promise<DialedConnection>;
}

/** One connection that does not come back when it is lost. */
export interface DialedConnection {
  readonly redis: Redis;
  /** The cause of a failed command: what the connection said, where it said something. */
  causeOf(error: unknown): unknown;
}

const CONNECT_MS = 2_000;
/** Redirections that are followed to find a stream. More of them is a cluster that does not know itself. */
const MAX_HOPS = 4;

export function redisConnections(options: RedisConnectionsOptions): RedisConnections {
  const { address, ca, timing, commandMs, silenceMs } = options;
  const shared = {
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    // One right less to grant; older servers do not know the command.
    disableClientInfo: true,
    ...(address.username === undefined ? {} : { username: address.username }),
    ...(address.password === undefined ? {} : { password: address.password }),
    ...(address.tls ? { tls: ca === undefined ? {} : { ca } } : {}),
  } as const satisfies RedisOptions;
  const first = address.nodes[0] as RedisNode;
  const retryAfter = (attempt: number): number =>
    Math.min(2_000, 50 * 2 ** Math.min(attempt, 6)) * (0.5 + timing.random() / 2);

  const commands =
    address.kind === "single"
      ? new Redis({
          ...shared,
          ...first,
          db: address.database ?? 0,
          enableOfflineQueue: false,
          commandTimeout: commandMs,
          retryStrategy: retryAfter,
        })
      : new Cluster([...address.nodes], {
          lazyConnect: true,
          enableOfflineQueue: false,
          clusterRetryStrategy: retryAfter,
          slotsRefreshTimeout: CONNECT_MS,
          // Names stay names: certificates are made out to them, and their addresses may change.
          dnsLookup: (host, found) => found(null, host),
          redisOptions: { ...shared, commandTimeout: commandMs },
        });
  if (commands instanceof Redis) survive(commands);
  else commands.on("+node", survive);
  let problem: unknown = new Error("not connected yet");
  commands.on("error", (error: unknown) => (problem = error));
  commands.on("ready", () => (problem = undefined));
  commands.on("close", () => (problem ??= new Error("the connection was closed")));
  commands.connect().catch(() => {});

  async function connect(node: RedisNode, signal: AbortSignal): Promise<DialedConnection> {
    const redis = new Redis({
      ...shared,
      ...node,
      db: address.database ?? 0,
      enableOfflineQueue: false,
      retryStrategy: () => null,
      socketTimeout: silenceMs,
    });
    survive(redis);
    let said: unknown;
    redis.on("error", (error) => (said = error));
    const abort = (): void => redis.disconnect();
    signal.addEventListener("abort", abort, { once: true });
    redis.once("end", () => signal.removeEventListener("abort", abort));
    // A command that was answered with an error says what is wrong by itself.
    const causeOf = (error: unknown): unknown =>
      error instanceof Error && error.name === "ReplyError" ? error : (said ?? error);
    try {
      signal.throwIfAborted();
      await redis.connect();
      return { redis, causeOf };
    } catch (error) {
      redis.disconnect();
      throw causeOf(error);
    }
  }

  /** Where streams were found last. */
  const places = new Map<string, RedisNode>();
  const known = (): readonly RedisNode[] => {
    const nodes = commands instanceof Cluster ? commands.nodes("master") : [];
    const found = nodes.flatMap(({ options: { host, port } }) =>
      host === undefined || port === undefined ? [] : [{ host, port }],
    );
    return found.length === 0 ? address.nodes : found;
  };

  /** Any node of a cluster knows who has a stream, and says so when it is asked for it. */
  async function find(key: string, signal: AbortSignal): Promise<DialedConnection> {
    const nodes = known();
    let node = places.get(key) ?? (nodes[Math.floor(timing.random() * nodes.length)] as RedisNode);
    places.delete(key);
    for (let hop = 0; ; hop++) {
      const dialed = await connect(node, signal);
      try {
        await dialed.redis.xrevrange(key, "+", "-", "COUNT", 1);
        places.set(key, node);
        return dialed;
      } catch (error) {
        dialed.redis.disconnect();
        const moved = movedTo(error, node);
        if (moved === undefined || hop === MAX_HOPS) throw dialed.causeOf(error);
        node = moved;
      }
    }
  }

  return {
    commands,
    commandsProblem: () => (commands.status === "ready" ? undefined : problem),
    groupOf: (key) => (address.kind === "single" ? "" : key),
    dial: (key, signal) => (address.kind === "single" ? connect(first, signal) : find(key, signal)),
  };
}

/**
 * ioredis listens for one error of each socket. A TLS socket can have two, the certificate that is refused and the alert
 * that crosses it, and an error that nobody listens for ends the process.
 */
function survive(redis: Redis): void {
  redis.on("connecting", () => setImmediate(() => redis.stream?.on("error", () => {})));
}

/** `MOVED 3999 host:port`; without a host it is the one that was asked. */
function movedTo(error: unknown, asked: RedisNode): RedisNode | undefined {
  const [, host, port] = /^MOVED \d+ (.*):(\d+)$/.exec(error instanceof Error ? error.message : "") ?? [];
  return port === undefined
    ? undefined
    : { host: host === "" || host === undefined ? asked.host : host, port: Number(port) };
}
