import type { Order, Segment } from "@flagwright/runtime";
import type { Change } from "../http/change.ts";
import type { Trx } from "../storage/database.ts";

import type { Environment, Project } from "../tenancy/scope.ts";

export interface SegmentRecord {
  readonly segment: Segment;
  readonly version: number;
  readonly at: Date;
  readonly actor: string;
}

/** The environment's segments in the order of their keys, or the one named. */
export async function readSegments(
  trx: Trx,
  environment: Environment,
  key?: string,
): Promise<readonly SegmentRecord[]> {
  let select = trx
    .selectFrom("segment_head as h")
    .innerJoin("segment as s", (join) =>
      join
        .onRef("s.environment_id", "=", "h.environment_id")
        .onRef("s.key", "=", "h.key")
        .onRef("s.version", "=", "h.version"),
    )
    .where("h.environment_id", "=", environment.id)
    .orderBy("h.key")
    .select(["s.content", "s.version", "s.at", "s.actor"]);
  if (key !== undefined) select = select.where("h.key", "=", key);
  const rows = await select.execute();
  return rows.map((row) => ({
    segment: JSON.parse(row.content) as Segment,
    version: row.version,
    at: row.at,
    actor: row.actor,
  }));
}

export interface NewSegmentVersion {
  readonly segment: Segment;
  /** The version that this one follows; 0 for the first. */
  readonly after: number;
  readonly action: string;
  readonly reason?: string | undefined;
}

export async function writeSegmentVersion(
  change: Change,
  project: Project,
  environment: Environment,
  order: Order,
  next: NewSegmentVersion,
): Promise<number> {
  const version = next.after + 1;
  const scope = {
    organization_id: project.organizationId,
    environment_id: environment.id,
    key: next.segment.key,
    version,
  };
  await change.trx
    .insertInto("segment")
    .values({
      ...scope,
      content: JSON.stringify(next.segment),
      ...order,
      actor: change.actor.name,
      action: next.action,
      reason: next.reason ?? null,
      at: change.at,
    })
    .execute();
  await change.trx
    .insertInto("segment_head")
    .values(scope)
    .onConflict((conflict) => conflict.columns(["environment_id", "key"]).doUpdateSet({ version }))
    .execute();
  return version;
}

/** The last version number of segments that may have existed before. */
export async function lastSegmentVersions(
  trx: Trx,
  environment: Environment,
  keys: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (keys.length === 0) return new Map();
  const rows = await trx
    .selectFrom("segment")
    .where("environment_id", "=", environment.id)
    .where("key", "in", [...keys])
    .groupBy("key")
    .select(({ fn }) => ["key", fn.max("version").as("version")])
    .execute();
  return new Map(rows.map((row) => [row.key, row.version]));
}

/** Their history stays. */
export async function removeSegments(trx: Trx, environment: Environment, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  await trx
    .deleteFrom("segment_head")
    .where("environment_id", "=", environment.id)
    .where("key", "in", [...keys])
    .execute();
}
