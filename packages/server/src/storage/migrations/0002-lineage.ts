import { sql, type Kysely } from "kysely";
import type { Migration } from "kysely/migration";

/**
 * One row: which database this was when it was last looked at. Only the owner reads and writes it.
 */
async function up(database: Kysely<unknown>): Promise<void> {
  await sql`create table lineage (single boolean primary key default true check (single), identity text not null)`.execute(
    database,
  );
  await sql`alter table lineage enable row level security`.execute(database);
}

export const lineage: Migration = { up };
