import { wireKey, type FlagDefinition } from "@flagwright/schema";
import type { Change } from "../http/change.ts";
import { canonicalText, sha256 } from "../storage/digest.ts";
import type { Trx } from "../storage/database.ts";
import { uuidv7 } from "../storage/uuid.ts";
import type { Project } from "../tenancy/scope.ts";

export interface RegisteredDefinition {
  readonly id: string;
  readonly hash: string;
  readonly definition: FlagDefinition;
  readonly archivedAt: Date | null;
}

/** The current definition of every flag that was ever pushed, by wire key. */
export async function readDefinitions(
  trx: Trx,
  project: Pick<Project, "id">,
): Promise<ReadonlyMap<string, RegisteredDefinition>> {
  const rows = await trx
    .selectFrom("flag as f")
    .innerJoin("definition as d", "d.id", "f.definition_id")
    .where("f.project_id", "=", project.id)
    .orderBy("f.wire_key")
    .select(["f.wire_key", "f.archived_at", "d.id", "d.hash", "d.content"])
    .execute();
  return new Map(
    rows.map((row) => [
      row.wire_key,
      {
        id: row.id,
        hash: row.hash,
        definition: JSON.parse(row.content) as FlagDefinition,
        archivedAt: row.archived_at,
      },
    ]),
  );
}

export function hashOf(definition: FlagDefinition): string {
  return sha256(canonicalText(definition));
}

/** PostgreSQL takes 65,535 parameters in a statement. */
const ROWS_AT_ONCE = 1_000;

/** Keeps these definitions for ever and makes them the current ones; answers their ids by wire key. */
export async function writeDefinitions(
  change: Change,
  project: Project,
  definitions: readonly FlagDefinition[],
): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  const scope = { organization_id: project.organizationId, project_id: project.id };
  for (let start = 0; start < definitions.length; start += ROWS_AT_ONCE) {
    const batch = definitions.slice(start, start + ROWS_AT_ONCE).map((definition) => ({
      id: uuidv7(change.at.getTime()),
      wire_key: wireKey(definition),
      definition,
    }));
    await change.trx
      .insertInto("definition")
      .values(
        batch.map(({ id, wire_key, definition }) => ({
          ...scope,
          id,
          wire_key,
          hash: hashOf(definition),
          content: JSON.stringify(definition),
          pushed_at: change.at,
          pushed_by: change.actor.name,
        })),
      )
      .execute();
    await change.trx
      .insertInto("flag")
      .values(
        batch.map(({ id, wire_key, definition }) => ({
          ...scope,
          wire_key,
          key: definition.key,
          version: definition.version,
          definition_id: id,
          archived_at: null,
          created_at: change.at,
        })),
      )
      .onConflict((conflict) =>
        conflict
          .columns(["project_id", "wire_key"])
          .doUpdateSet((eb) => ({ definition_id: eb.ref("excluded.definition_id"), archived_at: null })),
      )
      .execute();
    for (const { wire_key, id } of batch) ids.set(wire_key, id);
  }
  return ids;
}

/** Their states and their history stay; clients no longer receive them. */
export async function archiveFlags(change: Change, project: Project, wireKeys: readonly string[]): Promise<void> {
  if (wireKeys.length === 0) return;
  await change.trx
    .updateTable("flag")
    .set({ archived_at: change.at })
    .where("project_id", "=", project.id)
    .where("wire_key", "in", [...wireKeys])
    .execute();
}
