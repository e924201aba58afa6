import { sql } from "kysely";
import type { Trx } from "./database.ts";

/**
 * Which line of history this database continues: the cluster, and its timeline, which PostgreSQL raises when a standby
 * is promoted or a backup is recovered. On a standby there is none to continue.
 */
export async function readLineage(trx: Trx): Promise<string | undefined> {
  const { rows } = await sql<{ identity: string | null }>`select case when pg_is_in_recovery() then null else
    (select system_identifier::text from pg_control_system()) || '/' ||
    substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) end as identity`.execute(trx);
  return rows[0]?.identity ?? undefined;
}

/** What was written down last; locked, so that of several nodes one acts on a difference. */
export async function lockStoredLineage(trx: Trx): Promise<string | undefined> {
  const row = await trx.selectFrom("lineage").select("identity").forUpdate().executeTakeFirst();
  return row?.identity;
}

export async function storeLineage(trx: Trx, identity: string): Promise<void> {
  await trx
    .insertInto("lineage")
    .values({ single: true, identity })
    .onConflict((conflict) => conflict.column("single").doUpdateSet({ identity }))
    .execute();
}
