import { sql, type Kysely, type RawBuilder, type Transaction } from "kysely";
import type { Tables } from "./tables.ts";

export type Trx = Transaction<Tables>;

/**
 * Storage, by scope. Each scope is one transaction under a role that cannot see beyond it: there is no way to a table
 * without saying for whom.
 */
export interface Database {
  readonly kind: "pglite" | "postgres";
  /** For changes: read committed, so that a row lock is followed by a fresh read. */
  asOrganization<T>(organizationId: string, work: (trx: Trx) => Promise<T>): Promise<T>;
  /** For reads that must agree with each other: one point in time, read only. */
  readOrganization<T>(organizationId: string, work: (trx: Trx) => Promise<T>): Promise<T>;
  /** Sees the outbox of every organization, and nothing else. */
  asRelay<T>(work: (trx: Trx) => Promise<T>): Promise<T>;
  /** One statement, for what comes before the organization is known. Only the functions in `doors.ts` use it. */
  throughDoor<Row>(statement: RawBuilder<Row>): Promise<readonly Row[]>;
  /** Without any limit: creating organizations, first start, repair. Never in answer to a request. */
  asOwner<T>(work: (trx: Trx) => Promise<T>): Promise<T>;
  /** Whether the database takes changes. Rejects when it does not answer. */
  ping(): Promise<boolean>;
  close(): Promise<void>;
}

/** `app` serves requests, `owner` owns the tables; they may be the same connection. */
export function scoped(
  kind: Database["kind"],
  app: Kysely<Tables>,
  owner: Kysely<Tables>,
  release: () => Promise<void>,
): Database {
  return {
    kind,
    asOrganization: (organizationId, work) =>
      app.transaction().execute((trx) => within(trx, "flagwright_app", organizationId, work)),
    readOrganization: (organizationId, work) =>
      app
        .transaction()
        .setIsolationLevel("repeatable read")
        .setAccessMode("read only")
        .execute((trx) => within(trx, "flagwright_app", organizationId, work)),
    asRelay: (work) => app.transaction().execute((trx) => within(trx, "flagwright_relay", "", work)),
    throughDoor: async (statement) => (await statement.execute(app)).rows,
    asOwner: (work) => owner.transaction().execute(work),
    ping: async () => {
      const { rows } = await sql<{
        read_only: string;
      }>`select current_setting('transaction_read_only') as read_only`.execute(app);
      return rows[0]?.read_only === "off";
    },
    close: async () => {
      await app.destroy();
      if (owner !== app) await owner.destroy();
      await release();
    },
  };
}

async function within<T>(trx: Trx, role: string, organizationId: string, work: (trx: Trx) => Promise<T>): Promise<T> {
  await enter(trx, role, organizationId);
  return work(trx);
}

/** Both settings end with the transaction, so a pooled connection goes back as it came. */
async function enter(trx: Trx, role: string, organizationId: string): Promise<void> {
  await sql`select set_config('role', ${role}, true), set_config('flagwright.organization_id', ${organizationId}, true)`.execute(
    trx,
  );
}
