import { Kysely, PostgresDialect } from "kysely";
import { Pool, types } from "pg";
import { scoped, type Database } from "./database.ts";
import { migrate } from "./migrations/migrate.ts";
import type { Tables } from "./tables.ts";

export interface PostgresOptions {
  /** The login that serves requests: `postgresql://user:password@host/database`. */
  readonly url: string;
  /** The login that owns the tables, when it is another one. It migrates and makes the first organization. */
  readonly ownerUrl?: string;
  /** Connections for requests, default 10. */
  readonly connections?: number;
  /** Told when an idle connection dies; the pool opens a new one by itself. */
  readonly onConnectionError: (error: Error) => void;
}

/** Waiting longer for a connection helps nobody: the caller gets 503 and tries again. */
const CONNECT_TIMEOUT_MS = 5_000;
/** No statement of ours takes long; one that does is stuck behind a lock. */
const STATEMENT_TIMEOUT_MS = 15_000;

export async function openPostgres(options: PostgresOptions): Promise<Database> {
  const open = (url: string, max: number): Kysely<Tables> => {
    const pool = new Pool({
      connectionString: url,
      max,
      application_name: "flagwright",
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
      types: { getTypeParser: readNumbers },
    });
    // Without listeners a connection that is cut would end the process: the pool listens to those that lie idle, and
    // nobody to those that are lent out and between two queries.
    pool.on("error", options.onConnectionError);
    pool.on("connect", (client) => client.on("error", options.onConnectionError));
    return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  };
  const owner = open(options.ownerUrl ?? options.url, options.ownerUrl === undefined ? (options.connections ?? 10) : 1);
  try {
    await migrate(owner);
  } catch (error) {
    await owner.destroy();
    throw error;
  }
  const app = options.ownerUrl === undefined ? owner : open(options.url, options.connections ?? 10);
  return scoped("postgres", app, owner, () => Promise.resolve());
}

const readNumbers = ((oid: number, format?: "text" | "binary") =>
  oid === types.builtins.INT8 ? Number : types.getTypeParser(oid, format)) as typeof types.getTypeParser;
