import type { Segment } from "@flagwright/runtime";
import { wireKey, type ContextSchema, type FlagDefinition } from "@flagwright/schema";
import { readSegments } from "../segments/segment-store.ts";
import type { Trx } from "../storage/database.ts";
import type { Environment, Project } from "../tenancy/scope.ts";

/** What the states of an environment are checked against. */
export interface Contract {
  readonly context: ContextSchema;
  /** By wire key; without the archived ones. */
  readonly definitions: ReadonlyMap<string, FlagDefinition>;
  /** By key, with what they hold in this environment. */
  readonly segments: ReadonlyMap<string, Segment>;
}

type Definitions = Pick<Contract, "context" | "definitions">;

/** Reading ten thousand definitions for each toggle would be slow, and they change only by a push. */
const remembered = new Map<string, { readonly contract: string; readonly definitions: Definitions }>();
const REMEMBERED_PROJECTS = 100;

/** The environment must be locked: then no push can come in between. */
export async function readContract(trx: Trx, project: Project, environment: Environment): Promise<Contract> {
  const { contract } = await trx
    .selectFrom("project")
    .select("contract")
    .where("id", "=", project.id)
    .executeTakeFirstOrThrow();
  let known = remembered.get(project.id);
  if (known?.contract !== contract) {
    known = { contract, definitions: await readDefinitions(trx, project) };
    remembered.delete(project.id);
    remembered.set(project.id, known);
    const [oldest] = remembered.keys();
    if (remembered.size > REMEMBERED_PROJECTS && oldest !== undefined) remembered.delete(oldest);
  }
  return { ...known.definitions, segments: await segmentsOf(trx, environment) };
}

export async function segmentsOf(trx: Trx, environment: Environment): Promise<ReadonlyMap<string, Segment>> {
  const records = await readSegments(trx, environment);
  return new Map(records.map(({ segment }) => [segment.key, segment]));
}

async function readDefinitions(trx: Trx, project: Project): Promise<Definitions> {
  const { context } = await trx
    .selectFrom("project")
    .select("context")
    .where("id", "=", project.id)
    .executeTakeFirstOrThrow();
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
    context: JSON.parse(context) as ContextSchema,
    definitions: new Map(definitions.map((definition) => [wireKey(definition), definition])),
  };
}
