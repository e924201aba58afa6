import { wireKey, type FlagDefinition } from "@flagwright/schema";
import type { Trx } from "../storage/database.ts";
import type { Project } from "../tenancy/scope.ts";
import type { ReaderGroup } from "./cluster-view.ts";

/** PostgreSQL takes 65,535 parameters in a statement, SQLite half of it. */
const KEYS_AT_ONCE = 1_000;

/**
 * For each schema that a live client was generated from, the latest definition that was pushed with it. A schema that
 * was never pushed has none: its hash alone does not say what it allows.
 */
export async function definitionsRead(
  trx: Trx,
  project: Pick<Project, "id">,
  readers: readonly Pick<ReaderGroup, "schemas">[],
): Promise<readonly FlagDefinition[]> {
  const live = new Set<string>();
  const keys = new Set<string>();
  for (const schemas of new Set(readers.map((reader) => reader.schemas)))
    for (const [key, hash] of Object.entries(schemas)) {
      keys.add(key);
      live.add(`${key} ${hash}`);
    }
  const found = new Map<string, FlagDefinition>();
  const wanted = [...keys];
  for (let start = 0; start < wanted.length; start += KEYS_AT_ONCE) {
    const rows = await trx
      .selectFrom("definition")
      .where("project_id", "=", project.id)
      .where("wire_key", "in", wanted.slice(start, start + KEYS_AT_ONCE))
      .orderBy("id")
      .select("content")
      .execute();
    for (const { content } of rows) {
      const definition = JSON.parse(content) as FlagDefinition;
      const name = `${wireKey(definition)} ${definition.schemaHash}`;
      if (live.has(name)) found.set(name, definition);
    }
  }
  return [...found.values()];
}
