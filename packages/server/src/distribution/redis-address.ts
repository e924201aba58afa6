/** Where Redis is and how to be let in. */
export interface RedisAddress {
  readonly kind: "single" | "cluster";
  /** Of a cluster a few of its nodes; it tells the others. At least one. */
  readonly nodes: readonly RedisNode[];
  readonly tls: boolean;
  readonly username?: string;
  readonly password?: string;
  /** The number of the database; a cluster has but one. */
  readonly database?: number;
}

export interface RedisNode {
  readonly host: string;
  readonly port: number;
}

export const REDIS_URL_FORM =
  "redis://user:password@host:6379/0, rediss:// for TLS, or redis+cluster://user:password@host1:6379,host2:6379";

const DEFAULT_PORT = 6379;
const FORM = /^(rediss?)(\+cluster)?:\/\/(?:([^@/]*)@)?([^/@?#]+)(?:\/(\d+)?)?$/;

/**
 * Reads `redis://`, `rediss://`, `redis+cluster://` and `rediss+cluster://`. `undefined` when it is none of them.
 *
 * @example
 * ```ts
 * parseRedisUrl("rediss+cluster://flagwright:secret@redis-1:6379,redis-2:6379");
 * ```
 */
export function parseRedisUrl(url: string): RedisAddress | undefined {
  const [, scheme, cluster, user, hosts, database] = FORM.exec(url) ?? [];
  if (hosts === undefined) return undefined;
  const nodes = hosts.split(",").map(nodeOf);
  if (nodes.includes(undefined)) return undefined;
  const kind = cluster === undefined ? "single" : "cluster";
  if (kind === "single" ? nodes.length > 1 : Number(database ?? 0) > 0) return undefined;
  const [username, password] = (user ?? "").split(/:(.*)/s).map(decoded);
  if (username === null || password === null) return undefined;
  return {
    kind,
    nodes: nodes as readonly RedisNode[],
    tls: scheme === "rediss",
    ...(username ? { username } : {}),
    ...(password ? { password } : {}),
    ...(database === undefined ? {} : { database: Number(database) }),
  };
}

function nodeOf(text: string): RedisNode | undefined {
  const url = `http://${text}`;
  if (!URL.canParse(url)) return undefined;
  const { hostname, port } = new URL(url);
  // A port that the scheme implies is left out of what was parsed.
  const impliesPort = text.endsWith(":80");
  return { host: hostname.replace(/^\[(.*)\]$/, "$1"), port: impliesPort ? 80 : Number(port || DEFAULT_PORT) };
}

/** `null` when it is not well percent-encoded. */
function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
