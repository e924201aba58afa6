import { parseArgs } from "node:util";
import { defaults as distributionDefaults } from "./distribution/config.ts";
import { parseHotFlags, type HotFlag } from "./distribution/hot-flags.ts";
import { parseRedisUrl, REDIS_URL_FORM } from "./distribution/redis-address.ts";

/** Everything that can be set. Defaults are in `readConfig`. */
export interface ServerConfig {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** The folder of the embedded database; `undefined` keeps it in memory. Not used with `databaseUrl`. */
  readonly dataFolder?: string;
  /** PostgreSQL: the login that serves requests. */
  readonly databaseUrl?: string;
  /** PostgreSQL: the login that owns the tables, when it is another one. */
  readonly databaseOwnerUrl?: string;
  /** Redis, between several nodes. */
  readonly redisUrl?: string;
  /** A file with the certificates, in PEM, of the authorities that may have signed that of Redis. */
  readonly redisCa?: string;
  /** Flags that wake only those clients who read them. */
  readonly hotFlags: readonly HotFlag[];
  /** The project made at the first start. */
  readonly project: string;
  /** Where the first keys are written, mode 0600. */
  readonly credentialsFile?: string;
  readonly logLevel: LogLevel;
  /** Requests that one key may make in a minute on the management API. */
  readonly requestsPerMinute: number;
  /** OFREP evaluations that one key may ask of this node within any one second; a bulk counts as one. */
  readonly evaluationsPerSecond: number;
  /** Read the caller's address from `X-Forwarded-For`: only behind a proxy that sets it. */
  readonly trustProxy: boolean;
  /** The name of this node's region, for changes that wait for regions. */
  readonly region: string;
  /** Between two heartbeats on a stream. Clients give up on one after two and a half of them. */
  readonly heartbeatMs: number;
  /** Management requests get 503 while the event loop is later than this; 0 never. */
  readonly maxEventLoopDelayMs: number;
  /** Event streams that this node holds at the most. */
  readonly maxStreams: number;
  /** Event streams that this node lets in within any one second. */
  readonly streamsPerSecond: number;
  /** The data was put back from a backup: clients must drop what they have seen since. */
  readonly restored: boolean;
  /** Instead of serving: make a management key of this name and print it. */
  readonly newManagementKey?: string;
  /** How long a shutdown may take before what is open is cut. */
  readonly drainMs: number;
}

const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const defaultConfig: ServerConfig = {
  host: "127.0.0.1",
  port: 4400,
  project: "default",
  logLevel: "info",
  requestsPerMinute: 3_000,
  evaluationsPerSecond: 20_000,
  trustProxy: false,
  region: "default",
  hotFlags: [],
  heartbeatMs: 15_000,
  maxEventLoopDelayMs: 5_000,
  maxStreams: distributionDefaults.maxStreams,
  streamsPerSecond: distributionDefaults.streamsPerSecond,
  restored: false,
  drainMs: 10_000,
};

export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

interface Option {
  readonly flag: string;
  readonly value: string;
  readonly help: string;
  readonly read: (text: string) => Partial<ServerConfig>;
}

const options: readonly Option[] = [
  {
    flag: "port",
    value: "PORT",
    help: "port to listen on; 0 takes a free one (4400)",
    read: (text) => ({ port: integer("port", text, 0, 65_535) }),
  },
  { flag: "host", value: "ADDRESS", help: "address to listen on (127.0.0.1)", read: (host) => ({ host }) },
  {
    flag: "data",
    value: "DIR",
    help: "folder of the embedded database (.flagwright/data)",
    read: (dataFolder) => ({ dataFolder }),
  },
  {
    flag: "database-url",
    value: "URL",
    help: "use this PostgreSQL instead",
    read: (databaseUrl) => ({ databaseUrl: url("database-url", databaseUrl, ["postgres:", "postgresql:"]) }),
  },
  {
    flag: "database-owner-url",
    value: "URL",
    help: "login that migrates, when it is not the one above",
    read: (text) => ({ databaseOwnerUrl: url("database-owner-url", text, ["postgres:", "postgresql:"]) }),
  },
  {
    flag: "redis-url",
    value: "URL",
    help: "Redis that connects several nodes",
    read: (text) => ({ redisUrl: redis("redis-url", text) }),
  },
  {
    flag: "redis-ca",
    value: "FILE",
    help: "PEM of the authority that signed the certificate of Redis",
    read: (redisCa) => ({ redisCa }),
  },
  {
    flag: "project",
    value: "KEY",
    help: "project made at the first start (default)",
    read: (text) => ({ project: key("project", text) }),
  },
  {
    flag: "credentials",
    value: "FILE",
    help: "where the first keys are written",
    read: (credentialsFile) => ({ credentialsFile }),
  },
  {
    flag: "log-level",
    value: "LEVEL",
    help: `${LOG_LEVELS.join(", ")} (info)`,
    read: (text) => ({ logLevel: level(text) }),
  },
  {
    flag: "requests-per-minute",
    value: "N",
    help: "limit per key on the management API (3000)",
    read: (text) => ({ requestsPerMinute: integer("requests-per-minute", text, 1, 10_000_000) }),
  },
  {
    flag: "evaluations-per-second",
    value: "N",
    help: "limit per key on OFREP evaluations, a bulk being one (20000)",
    read: (text) => ({ evaluationsPerSecond: integer("evaluations-per-second", text, 1, 10_000_000) }),
  },
  {
    flag: "trust-proxy",
    value: "BOOLEAN",
    help: "take the caller's address from X-Forwarded-For (false)",
    read: (text) => ({ trustProxy: boolean("trust-proxy", text) }),
  },
  {
    flag: "region",
    value: "NAME",
    help: "region of this node (default)",
    read: (text) => ({ region: key("region", text) }),
  },
  {
    flag: "hot-flags",
    value: "LIST",
    help: "flags that wake only their readers: project/environment/flag,…",
    read: (text) => ({ hotFlags: hotFlags("hot-flags", text) }),
  },
  {
    flag: "heartbeat-ms",
    value: "MS",
    help: "between two heartbeats on a stream (15000)",
    read: (text) => ({ heartbeatMs: integer("heartbeat-ms", text, 1_000, 60_000) }),
  },
  {
    flag: "max-event-loop-delay-ms",
    value: "MS",
    help: "shed management load beyond this; 0 never (5000)",
    read: (text) => ({ maxEventLoopDelayMs: integer("max-event-loop-delay-ms", text, 0, 60_000) }),
  },
  {
    flag: "max-streams",
    value: "N",
    help: `event streams that this node holds (${distributionDefaults.maxStreams})`,
    read: (text) => ({ maxStreams: integer("max-streams", text, 1, 1_000_000) }),
  },
  {
    flag: "streams-per-second",
    value: "N",
    help: `event streams let in within a second (${distributionDefaults.streamsPerSecond})`,
    read: (text) => ({ streamsPerSecond: integer("streams-per-second", text, 1, 1_000_000) }),
  },
  {
    flag: "restored",
    value: "BOOLEAN",
    help: "true after putting back a backup: clients drop what they have (false)",
    read: (text) => ({ restored: boolean("restored", text) }),
  },
  {
    flag: "new-management-key",
    value: "NAME",
    help: "make a management key, print it, and end",
    read: (name) => ({ newManagementKey: name }),
  },
  {
    flag: "drain-ms",
    value: "MS",
    help: "time that a shutdown may take (10000)",
    read: (text) => ({ drainMs: integer("drain-ms", text, 0, 600_000) }),
  },
];

/**
 * The configuration from the command line, else from `FLAGWRIGHT_<OPTION>` in the environment, else the defaults.
 *
 * @throws ConfigError that names the option and what it should be.
 */
export function readConfig(argv: readonly string[], environment: NodeJS.ProcessEnv): ServerConfig | "help" {
  const given = commandLine(argv);
  if (given["help"] === true) return "help";
  let config: ServerConfig = { ...defaultConfig, dataFolder: ".flagwright/data" };
  for (const option of options) {
    const text = given[option.flag] ?? environment[`FLAGWRIGHT_${option.flag.toUpperCase().replaceAll("-", "_")}`];
    if (typeof text === "string" && text !== "") config = { ...config, ...option.read(text) };
  }
  return config;
}

export function helpText(): string {
  const rows = options.map(({ flag, value, help }) => `  --${`${flag} ${value}`.padEnd(28)} ${help}`);
  return [
    "flagwright-server [options]",
    "",
    ...rows,
    "",
    "Each option can also be set in the environment: --database-url is FLAGWRIGHT_DATABASE_URL.",
    "",
  ].join("\n");
}

function commandLine(argv: readonly string[]): { readonly [flag: string]: string | boolean | undefined } {
  try {
    const named = Object.fromEntries(options.map(({ flag }) => [flag, { type: "string" as const }]));
    return parseArgs({ args: [...argv], options: { ...named, help: { type: "boolean", short: "h" } } }).values;
  } catch (error) {
    throw new ConfigError(`${error instanceof Error ? error.message : String(error)} --help lists the options.`);
  }
}

function integer(name: string, text: string, from: number, to: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < from || value > to)
    throw new ConfigError(`${name} is a whole number from ${from} to ${to}, not "${text}".`);
  return value;
}

function boolean(name: string, text: string): boolean {
  if (text !== "true" && text !== "false") throw new ConfigError(`${name} is true or false, not "${text}".`);
  return text === "true";
}

function key(name: string, text: string): string {
  if (text.length > 100 || !/^[a-z][a-z0-9]*([-.][a-z0-9]+)*$/.test(text))
    throw new ConfigError(`${name} is a key such as "my-shop" (lower case, digits, single - or .), not "${text}".`);
  return text;
}

/** The text may hold a password, so the message does not repeat it. */
function url(name: string, text: string, protocols: readonly string[]): string {
  if (!URL.canParse(text) || !protocols.includes(new URL(text).protocol))
    throw new ConfigError(`${name} is not a URL that begins with ${protocols.map((one) => `${one}//`).join(" or ")}.`);
  return text;
}

/** The text may hold a password, so the message does not repeat it. */
function redis(name: string, text: string): string {
  if (parseRedisUrl(text) === undefined) throw new ConfigError(`${name} is not of the form ${REDIS_URL_FORM}.`);
  return text;
}

function hotFlags(name: string, text: string): readonly HotFlag[] {
  const flags = parseHotFlags(text);
  if (flags === undefined)
    throw new ConfigError(`${name} is a list like "shop/production/stock-level,shop/staging/banner", not "${text}".`);
  return flags;
}

function level(text: string): LogLevel {
  const found = LOG_LEVELS.find((one) => one === text);
  if (found === undefined) throw new ConfigError(`log-level is one of ${LOG_LEVELS.join(", ")}, not "${text}".`);
  return found;
}
