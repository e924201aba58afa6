import type { Logger } from "pino";
import type { Clock } from "../operations/clock.ts";
import type { Database, Trx } from "../storage/database.ts";
import { lockStoredLineage, readLineage, storeLineage } from "../storage/lineage.ts";
import { raiseEpoch } from "./raise-epoch.ts";

export interface LineageOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  /** An environment has a new epoch. */
  readonly raised: (environmentId: string) => void;
}

export interface LineageWatch {
  close(): Promise<void>;
}

/** A failover is noticed within this. */
const CHECK_MS = 5_000;

/**
 * Raises the epoch of every environment when the database goes on from an earlier moment than clients have seen: after
 * a restore, or a failover to a standby that lacked the last changes. Without it they would hold on to revisions that
 * no longer exist, and refuse the ones that take their numbers.
 *
 * @param restored Somebody says that a backup was put back, which a copied PGlite folder cannot show by itself.
 */
export async function followLineage(options: LineageOptions, restored: boolean): Promise<number> {
  const { database, clock, logger, raised } = options;
  const touched: string[] = [];
  await database.asOwner(async (trx) => {
    const lineage = await readLineage(trx);
    if (lineage === undefined) return;
    const stored = await lockStoredLineage(trx);
    if (stored === lineage && !restored) return;
    if (stored !== undefined) touched.push(...(await raiseAll(trx, new Date(clock.now()))));
    await storeLineage(trx, lineage);
  });
  if (touched.length > 0)
    logger.warn({ environments: touched.length }, "the database was restored or failed over: epochs are raised");
  for (const environmentId of touched) raised(environmentId);
  return touched.length;
}

/** Looks again and again; a database that does not answer is asked later. */
export function watchLineage(options: LineageOptions): LineageWatch {
  let checking: Promise<unknown> = Promise.resolve();
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  const later = (): void => {
    timer = setTimeout(() => {
      checking = followLineage(options, false)
        .catch(() => {})
        .finally(() => {
          if (!closed) later();
        });
    }, CHECK_MS).unref();
  };
  later();
  return {
    async close() {
      closed = true;
      clearTimeout(timer);
      await checking;
    },
  };
}

async function raiseAll(trx: Trx, at: Date): Promise<readonly string[]> {
  const rows = await trx
    .selectFrom("environment as e")
    .innerJoin("project as p", "p.id", "e.project_id")
    .where("e.deleted_at", "is", null)
    .orderBy("e.id")
    .select(["e.id", "e.key", "e.name", "e.epoch", "e.revision", "e.created_at", "p.key as project"])
    .select("p.organization_id")
    .execute();
  const touched: string[] = [];
  const change = {
    trx,
    at,
    actor: { id: "server", name: "server" },
    touched: (environmentId: string) => void touched.push(environmentId),
  };
  for (const { id, key, name, epoch, revision, created_at, project, organization_id } of rows)
    await raiseEpoch(
      change,
      { key: project, organizationId: organization_id },
      { id, key, name, epoch, revision, createdAt: created_at },
      { action: "environment.restore", target: key, reason: "The database was restored or failed over." },
    );
  return touched;
}
