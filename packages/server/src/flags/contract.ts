import { wireKey, type ContextSchema, type FlagDefinition } from "@flagwright/schema";
import type { Trx } from "../storage/database.ts";
import type { Project } from "../tenancy/scope.ts";

/** What a project has agreed on, against which every state is checked. */
export interface Contract {
  readonly context: ContextSchema;
  /** By wire key; without the archived ones. */
  readonly definitions: ReadonlyMap<string, FlagDefinition>;
  readonly segments: ReadonlySet<string>;
}

export async function readContract(trx: Trx, project: Project): Promise<Contract> {
  const rows = await trx
    .selectFrom("flag as f")
    .innerJoin("definition as d", "d.id", "f.definition_id")
    .where("f.project_id", "=", project.id)
    .where("f.archived_at", "is", null)
    .orderBy("f.wire_key")
    .select("d.content")
    .execute();
  const definitions = rows.map((row) => JSON.parse(row.content) as FlagDefinition);
  return {
    context: project.context,
    definitions: new Map(definitions.map((definition) => [wireKey(definition), definition])),
    segments: new Set(project.segments),
  };
}
