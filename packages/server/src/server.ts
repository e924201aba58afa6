import type { FastifyInstance } from "fastify";
import { readFileSync } from "node:fs";
import { pino, type Logger } from "pino";
import { createAccess } from "./access/access.ts";
import { issueManagementKey } from "./access/issue-key.ts";
import { createApp } from "./app.ts";
import { defaultConfig, type ServerConfig } from "./config.ts";
import { createDistribution } from "./distribution/index.ts";
import { trackSockets } from "./operations/sockets.ts";
import { systemClock, type Clock } from "./operations/clock.ts";
import { writeCredentialsFile } from "./operations/credentials-file.ts";
import type { Database } from "./storage/database.ts";
import { openPglite } from "./storage/pglite.ts";
import { openPostgres } from "./storage/postgres.ts";
import { firstStart, type Credentials } from "./tenancy/first-start.ts";
import { followLineage, watchLineage } from "./tenancy/follow-lineage.ts";

/**
 * Connections that wait to be accepted. When there is no room the kernel drops them in silence, and a client that comes
 * back with thousands of others waits half a minute instead of being told when to come. The kernel's own limit
 * (`net.core.somaxconn`, 4,096 on Linux) is the lower one.
 */
const BACKLOG = 65_535;

export interface RunningServer {
  /** Where it listens: `http://127.0.0.1:4400`. */
  readonly url: string;
  /** The first keys; only the start that made them knows them. */
  readonly credentials: Credentials | undefined;
  /** Sends streams away, finishes what is under way, closes the database. Safe to call again. */
  close(): Promise<void>;
}

export interface ServerParts {
  readonly clock?: Clock;
  readonly logger?: Logger;
  /** A database that is open already; it stays open after `close`. */
  readonly database?: Database;
}

/**
 * Starts a server in this process. Without `databaseUrl` and `dataFolder` the data lives in memory.
 *
 * @throws when the port is taken, the data folder is in use, or the database cannot be reached.
 *
 * @example
 * ```ts
 * const server = await createServer({ port: 0, project: "shop" });
 * await fetch(`${server.url}/healthz`);
 * await server.close();
 * ```
 */
export async function createServer(given: Partial<ServerConfig> = {}, parts: ServerParts = {}): Promise<RunningServer> {
  const config: ServerConfig = { ...defaultConfig, ...given };
  const clock = parts.clock ?? systemClock;
  const logger = parts.logger ?? pino({ level: config.logLevel });
  const database = parts.database ?? (await openDatabase(config, logger));
  const undo: (() => Promise<void>)[] = parts.database === undefined ? [() => database.close()] : [];
  try {
    const credentials = await firstStart(database, { clock, project: config.project, logger });
    const access = createAccess({ database, clock });
    undo.unshift(() => access.close());
    const distribution = createDistribution({
      db: database,
      clock,
      logger,
      config: {
        region: config.region,
        heartbeatMs: config.heartbeatMs,
        hotFlags: config.hotFlags,
        drainMs: Math.floor(config.drainMs / 2),
        maxStreams: config.maxStreams,
        streamsPerSecond: config.streamsPerSecond,
        ...(config.redisUrl === undefined ? {} : { redisUrl: config.redisUrl }),
        ...(config.redisCa === undefined ? {} : { redisCa: readFileSync(config.redisCa, "utf8") }),
      },
    });
    const closeDistribution = (): Promise<void> => distribution.close();
    undo.unshift(closeDistribution);
    access.onRevoked((keyId) => distribution.keyRevoked(keyId));
    const raised = (environmentId: string): void => distribution.wake(environmentId);
    const lineage = { database, clock, logger, raised };
    await followLineage(lineage, config.restored);
    if (database.kind === "postgres") {
      const watch = watchLineage(lineage);
      undo.unshift(() => watch.close());
    }
    const app = await createApp({ database, access, distribution, clock, logger, config });
    const sockets = trackSockets(app.server);
    // After the streams have been sent away, before what answers requests goes.
    undo.splice(undo.indexOf(closeDistribution) + 1, 0, async () => {
      const cut = setTimeout(() => app.server.closeAllConnections(), config.drainMs);
      const closed = app.close();
      sockets.endIdle();
      await closed.finally(() => clearTimeout(cut));
    });
    await app.listen({ host: config.host, port: config.port, backlog: BACKLOG });
    const url = urlOf(app, config);
    if (config.credentialsFile !== undefined) writeCredentialsFile(config.credentialsFile, url, credentials);
    logger.info({ url, database: database.kind }, "listening");
    let closing: Promise<void> | undefined;
    return { url, credentials, close: () => (closing ??= runAll(undo)) };
  } catch (error) {
    await runAll(undo).catch(() => {});
    throw error;
  }
}

/** A new management key for whoever has the database in hand; no server runs meanwhile. */
export async function newManagementKey(config: ServerConfig, name: string): Promise<string> {
  const database = await openDatabase(config, pino({ level: config.logLevel }));
  try {
    return await issueManagementKey(database, name, new Date(systemClock.now()));
  } finally {
    await database.close();
  }
}

async function openDatabase(config: ServerConfig, logger: Logger): Promise<Database> {
  if (config.databaseUrl === undefined) return openPglite(config.dataFolder);
  return openPostgres({
    url: config.databaseUrl,
    ...(config.databaseOwnerUrl === undefined ? {} : { ownerUrl: config.databaseOwnerUrl }),
    onConnectionError: (error) => logger.warn({ err: error }, "an idle database connection was lost"),
  });
}

/** One that fails does not keep the others from being done. */
async function runAll(steps: readonly (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const step of steps) await step().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}

function urlOf(app: FastifyInstance, config: ServerConfig): string {
  const address = app.server.address();
  const port = typeof address === "object" && address !== null ? address.port : config.port;
  const host = config.host === "0.0.0.0" || config.host === "::" ? "127.0.0.1" : config.host;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
