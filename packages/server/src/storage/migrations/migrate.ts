import type { Kysely } from "kysely";
import { Migrator, type Migration } from "kysely/migration";
import { foundation } from "./0001-foundation.ts";
import { deletedEnvironments } from "./0003-deleted-environments.ts";
import { lineage } from "./0002-lineage.ts";

/** In order; a migration that has been released is never changed again. */
const migrations: Record<string, Migration> = {
  "0001-foundation": foundation,
  "0002-lineage": lineage,
  "0003-deleted-environments": deletedEnvironments,
};

/** The database is away, or not one that this code can use: nothing that a stack trace would explain. */
export class MigrationError extends Error {
  override readonly name = "MigrationError";
}

/**
 * Brings the schema up to date, all or nothing. Kysely holds an advisory lock in PostgreSQL meanwhile, so any number of
 * nodes may start at once. A database that knows migrations this code does not know is refused.
 *
 * @throws MigrationError
 */
export async function migrate<T>(database: Kysely<T>): Promise<readonly string[]> {
  const migrator = new Migrator({ db: database, provider: { getMigrations: () => Promise.resolve(migrations) } });
  const { error, results } = await migrator.migrateToLatest();
  if (error !== undefined)
    throw new MigrationError(`The database's schema could not be brought up to date: ${messageOf(error)}`, {
      cause: error,
    });
  return (results ?? []).map((result) => result.migrationName);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
