import type { FlagConfiguration, Killed, Order } from "@flagwright/runtime";
import type { FlagDefinition, FlagState } from "@flagwright/schema";
import type { Change } from "../http/change.ts";
import type { Trx } from "../storage/database.ts";

import type { Environment, Project } from "../tenancy/scope.ts";

/** One flag in one environment as it stands. */
export interface FlagRecord {
  readonly wireKey: string;
  readonly version: number;
  readonly definitionId: string;
  readonly definition: FlagDefinition;
  readonly state: FlagState;
  readonly killed: Killed | undefined;
  readonly configuration: FlagConfiguration;
  readonly epoch: number;
  readonly revision: number;
  readonly at: Date;
  readonly actor: string;
}

export interface FlagQuery {
  readonly wireKeys?: readonly string[];
  /** All versions of this flag. */
  readonly key?: string;
  readonly after?: string | undefined;
  readonly limit?: number;
  /** Archived flags as well. */
  readonly archived?: boolean;
}

/** The environment's flags, in the order of their wire keys. */
export async function readFlags(
  trx: Trx,
  project: Project,
  environment: Environment,
  query: FlagQuery = {},
): Promise<readonly FlagRecord[]> {
  let select = trx
    .selectFrom("configuration_head as h")
    .innerJoin("configuration as c", (join) =>
      join
        .onRef("c.environment_id", "=", "h.environment_id")
        .onRef("c.wire_key", "=", "h.wire_key")
        .onRef("c.version", "=", "h.version"),
    )
    .innerJoin("flag as f", (join) => join.onRef("f.wire_key", "=", "h.wire_key").on("f.project_id", "=", project.id))
    .innerJoin("definition as d", "d.id", "c.definition_id")
    .where("h.environment_id", "=", environment.id)
    .orderBy("h.wire_key")
    .select([
      "h.wire_key",
      "c.version",
      "c.definition_id",
      "d.content as definition",
      "c.state",
      "c.killed",
      "c.content",
      "c.epoch",
      "c.revision",
      "c.at",
      "c.actor",
    ]);
  if (query.archived !== true) select = select.where("f.archived_at", "is", null);
  if (query.wireKeys !== undefined) select = select.where("h.wire_key", "in", [...query.wireKeys]);
  if (query.key !== undefined) select = select.where("f.key", "=", query.key);
  if (query.after !== undefined) select = select.where("h.wire_key", ">", query.after);
  if (query.limit !== undefined) select = select.limit(query.limit);
  const rows = query.wireKeys?.length === 0 ? [] : await select.execute();
  return rows.map((row) => ({
    wireKey: row.wire_key,
    version: row.version,
    definitionId: row.definition_id,
    definition: JSON.parse(row.definition) as FlagDefinition,
    state: JSON.parse(row.state) as FlagState,
    killed: row.killed === null ? undefined : (JSON.parse(row.killed) as Killed),
    configuration: JSON.parse(row.content) as FlagConfiguration,
    epoch: row.epoch,
    revision: row.revision,
    at: row.at,
    actor: row.actor,
  }));
}

/** The wire keys of the environment's flags, for finding the nearest. */
export async function readWireKeys(trx: Trx, environment: Environment): Promise<readonly string[]> {
  const rows = await trx
    .selectFrom("configuration_head")
    .select("wire_key")
    .where("environment_id", "=", environment.id)
    .execute();
  return rows.map((row) => row.wire_key);
}

export interface NewVersion {
  readonly wireKey: string;
  /** Of the version that this one follows; 0 for the first. */
  readonly after: number;
  readonly definitionId: string;
  readonly state: FlagState;
  readonly killed: Killed | undefined;
  readonly configuration: FlagConfiguration;
  readonly action: string;
  readonly reason: string | undefined;
}

/**
 * Adds a version of each flag and points to it. A version's number is part of the primary key, so two writers cannot
 * both have it.
 */
export async function writeFlagVersions(
  change: Change,
  project: Project,
  environment: Environment,
  order: Order,
  all: readonly NewVersion[],
): Promise<void> {
  const scope = { organization_id: project.organizationId, environment_id: environment.id };
  for (let start = 0; start < all.length; start += ROWS_AT_ONCE) {
    const batch = all.slice(start, start + ROWS_AT_ONCE);
    const versions = change.trx.insertInto("configuration").values(
      batch.map((next) => ({
        ...scope,
        wire_key: next.wireKey,
        version: next.after + 1,
        definition_id: next.definitionId,
        state: JSON.stringify(next.state),
        killed: next.killed === undefined ? null : JSON.stringify(next.killed),
        content: JSON.stringify(next.configuration),
        ...order,
        actor: change.actor.name,
        action: next.action,
        reason: next.reason ?? null,
        at: change.at,
      })),
    );
    await change.trx
      .with("versions", () => versions)
      .insertInto("configuration_head")
      .values(batch.map((next) => ({ ...scope, wire_key: next.wireKey, version: next.after + 1 })))
      .onConflict((conflict) =>
        conflict.columns(["environment_id", "wire_key"]).doUpdateSet((eb) => ({ version: eb.ref("excluded.version") })),
      )
      .execute();
  }
}

/** PostgreSQL takes 65,535 parameters in a statement; a row has 13. */
const ROWS_AT_ONCE = 1_000;
