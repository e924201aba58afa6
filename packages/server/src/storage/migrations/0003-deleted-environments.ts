import { sql, type Kysely } from "kysely";
import type { Migration } from "kysely/migration";

/**
 * An environment that was deleted keeps its rows, for the audit log and for whoever must put it back by hand; its key is
 * free for a new one. The door says that it is not there.
 */
const statements: readonly string[] = [
  `alter table environment add column deleted_at timestamptz`,
  `alter table environment drop constraint environment_project_id_key_key`,
  `create unique index environment_key on environment (project_id, key) where deleted_at is null`,
  `create or replace function door_environment(sought uuid)
    returns table (organization_id uuid, organization_key text, project_id uuid, project_key text,
      environment_key text, epoch bigint, revision bigint)
    language sql stable security definer set search_path from current
    as $$ select o.id, o.key, p.id, p.key, e.key, e.epoch, e.revision from environment e
      join project p on p.id = e.project_id join organization o on o.id = e.organization_id
      where e.id = sought and e.deleted_at is null $$`,
];

async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(database);
}

export const deletedEnvironments: Migration = { up };
