import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { Kysely, PGliteDialect } from "kysely";
import { scoped, type Database } from "./database.ts";
import { lockFolder } from "./folder-lock.ts";
import { migrate } from "./migrations/migrate.ts";
import type { Tables } from "./tables.ts";

/**
 * The embedded database. It survives the death of the process at any moment, not a loss of power: PGlite does not
 * fsync. One connection, so one transaction at a time.
 *
 * @param folder Where the data lives; `undefined` keeps it in memory.
 */
export async function openPglite(folder: string | undefined): Promise<Database> {
  const release = folder === undefined ? () => {} : lockFolder(folder);
  try {
    const pglite = new PGlite({
      ...(folder === undefined ? {} : { dataDir: join(folder, "pglite") }),
      parsers: { [INT8]: Number },
    });
    await pglite.waitReady;
    const kysely = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite }) });
    await migrate(kysely);
    return scoped("pglite", kysely, kysely, () => Promise.resolve(release()));
  } catch (error) {
    release();
    throw error;
  }
}

const INT8 = 20;
