import type { FlagDefinition, FlagKind } from "@flagwright/schema";
import type { Trx } from "../storage/database.ts";
import type { Order } from "@flagwright/runtime";
import { listEnvironments, type Project } from "../tenancy/scope.ts";
import { readDefinitions } from "./definition-store.ts";

export interface FlagFilter {
  readonly owner?: string;
  readonly kind?: FlagKind;
  readonly tag?: string;
  readonly archived?: boolean;
}

export interface ListedFlag {
  /** The wire key. */
  readonly key: string;
  readonly definition: FlagDefinition;
  readonly archived: boolean;
  /** When each environment's state of this flag last changed. */
  readonly revisions: { readonly [environment: string]: Order };
}

/** A project's flags in the order of their wire keys. The filters look into the definitions, which are JSON. */
export async function listFlags(
  trx: Trx,
  project: Project,
  filter: FlagFilter,
  page: { readonly after: string | undefined; readonly limit: number },
): Promise<readonly ListedFlag[]> {
  const found = [...(await readDefinitions(trx, project))]
    .filter(([key]) => page.after === undefined || key > page.after)
    .filter(([, known]) => filter.archived === undefined || (known.archivedAt !== null) === filter.archived)
    .filter(([, { definition }]) => matches(definition, filter))
    .slice(0, page.limit);
  if (found.length === 0) return [];
  const environments = new Map((await listEnvironments(trx, project)).map(({ id, key }) => [id, key]));
  const rows = await trx
    .selectFrom("configuration_head as h")
    .innerJoin("configuration as c", (join) =>
      join
        .onRef("c.environment_id", "=", "h.environment_id")
        .onRef("c.wire_key", "=", "h.wire_key")
        .onRef("c.version", "=", "h.version"),
    )
    .where("h.environment_id", "in", [...environments.keys()])
    .where(
      "h.wire_key",
      "in",
      found.map(([key]) => key),
    )
    .select(["h.wire_key", "h.environment_id", "c.epoch", "c.revision"])
    .execute();
  return found.map(([key, known]) => ({
    key,
    definition: known.definition,
    archived: known.archivedAt !== null,
    revisions: Object.fromEntries(
      rows
        .filter((row) => row.wire_key === key)
        .map((row) => [environments.get(row.environment_id) ?? "", { epoch: row.epoch, revision: row.revision }]),
    ),
  }));
}

function matches(definition: FlagDefinition, filter: FlagFilter): boolean {
  return (
    (filter.owner === undefined || definition.owner === filter.owner) &&
    (filter.kind === undefined || definition.kind === filter.kind) &&
    (filter.tag === undefined || definition.tags.includes(filter.tag))
  );
}
