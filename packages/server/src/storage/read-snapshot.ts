import type { FlagConfiguration, Segment, Snapshot } from "@flagwright/runtime";
import type { Database, Trx } from "./database.ts";
import { findEnvironmentScope } from "./doors.ts";

/**
 * Everything a client of this environment needs, consistent at one revision. Flags and segments come in the order of
 * their keys, so equal states give equal bytes.
 *
 * @throws when there is no such environment.
 */
export async function readSnapshot(database: Database, environmentId: string): Promise<Snapshot> {
  const scope = await findEnvironmentScope(database, environmentId);
  if (scope === undefined) throw new Error(`there is no environment ${environmentId}`);
  return database.readOrganization(scope.organization_id, (trx) => snapshotWithin(trx, environmentId));
}

/** As `readSnapshot`, inside a transaction that is already the organization's. */
export async function snapshotWithin(trx: Trx, environmentId: string): Promise<Snapshot> {
  const environment = await trx
    .selectFrom("environment as e")
    .innerJoin("project as p", "p.id", "e.project_id")
    .innerJoin("organization as o", "o.id", "e.organization_id")
    .where("e.id", "=", environmentId)
    .select(["e.key as environment", "p.key as project", "o.key as organization", "e.epoch", "e.revision", "p.id"])
    .executeTakeFirstOrThrow();
  const flags = await trx
    .selectFrom("configuration_head as h")
    .innerJoin("configuration as c", (join) =>
      join
        .onRef("c.environment_id", "=", "h.environment_id")
        .onRef("c.wire_key", "=", "h.wire_key")
        .onRef("c.version", "=", "h.version"),
    )
    .innerJoin("flag as f", (join) =>
      join.onRef("f.wire_key", "=", "h.wire_key").on("f.project_id", "=", environment.id),
    )
    .where("h.environment_id", "=", environmentId)
    .where("f.archived_at", "is", null)
    .orderBy("h.wire_key")
    .select("c.content")
    .execute();
  const segments = await trx
    .selectFrom("segment_head as h")
    .innerJoin("segment as s", (join) =>
      join
        .onRef("s.environment_id", "=", "h.environment_id")
        .onRef("s.key", "=", "h.key")
        .onRef("s.version", "=", "h.version"),
    )
    .where("h.environment_id", "=", environmentId)
    .orderBy("h.key")
    .select("s.content")
    .execute();
  return {
    format: 1,
    organization: environment.organization,
    project: environment.project,
    environment: environment.environment,
    epoch: environment.epoch,
    revision: environment.revision,
    flags: flags.map((row) => JSON.parse(row.content) as FlagConfiguration),
    segments: segments.map((row) => JSON.parse(row.content) as Segment),
  };
}
