import type { FlagConfiguration } from "@flagwright/runtime";
import type { FlagDefinition } from "@flagwright/schema";
import { Problem, type ProblemPlace } from "../http/problem.ts";
import { escapePointer } from "../http/validation.ts";
import type { Trx } from "../storage/database.ts";
import type { Project } from "../tenancy/scope.ts";
import type { ReaderGroup } from "./cluster-view.ts";
import { unreadableBy, type UnreadableBy } from "./unreadable.ts";

/** A configuration that is about to be announced to these readers. */
export interface Announced {
  readonly configuration: FlagConfiguration;
  readonly readers: readonly ReaderGroup[];
  /** Where in the request the value came from, for a message. `variant` is absent for the default. */
  readonly pointer: (variant: string | undefined) => string;
  /** Said before the message, where several environments are changed at once. */
  readonly environment?: string;
}

/** Enough to see who must be deployed first. */
const MAX_ERRORS = 100;
/** PostgreSQL takes 65,535 parameters in a statement. */
const KEYS_AT_ONCE = 1_000;

/**
 * Refuses configurations that services which run now could not read, and names them.
 *
 * @throws Problem 409; then nothing has changed.
 */
export async function refuseUnreadable(trx: Trx, project: Project, all: readonly Announced[]): Promise<void> {
  const doubtful = all.flatMap((announced) => {
    const { key, schemaHash } = announced.configuration;
    const readers = announced.readers.filter(
      ({ schemas }) => schemas[key] !== undefined && schemas[key] !== schemaHash,
    );
    return readers.length === 0 ? [] : [{ ...announced, readers }];
  });
  if (doubtful.length === 0) return;
  const definitions = await everPushed(trx, project, [
    ...new Set(doubtful.map(({ configuration }) => configuration.key)),
  ]);
  const found = doubtful.flatMap((announced) => {
    const { configuration, readers } = announced;
    return unreadableBy(configuration, readers, definitions.get(configuration.key) ?? []).map((by) => ({
      announced,
      by,
    }));
  });
  if (found.length === 0) return;
  const names = [...new Set(found.map(({ by }) => nameOf(by)))];
  const flags = [...new Set(found.map(({ announced }) => announced.configuration.key))];
  throw new Problem(
    409,
    "READERS_BEHIND",
    "Live clients could not read this",
    `Not changed: ${names.join(", ")} could not read a value of ${flags.join(", ")}. ` +
      "Deploy them with newly generated code first, or repeat with ?force=true: then they keep their last good value.",
    {
      errors: found.slice(0, MAX_ERRORS).map(({ announced, by }): ProblemPlace => {
        const where =
          announced.environment === undefined ? "" : `${announced.configuration.key} in ${announced.environment}, `;
        const clients = `${by.clients} ${by.clients === 1 ? "client" : "clients"} of ${nameOf(by)} (${by.sdk})`;
        return {
          pointer: announced.pointer(by.variant),
          code: "READER_BEHIND",
          message: `${where}${clients}: ${by.message}`,
        };
      }),
    },
  );
}

/** Of a state that is being changed. */
export function statePointer(variant: string | undefined): string {
  return variant === undefined ? "/default" : `/state/variants/${escapePointer(variant)}`;
}

/** Every definition that was ever pushed of these flags, oldest first. */
async function everPushed(
  trx: Trx,
  project: Project,
  keys: readonly string[],
): Promise<ReadonlyMap<string, readonly FlagDefinition[]>> {
  const definitions = new Map<string, FlagDefinition[]>(keys.map((key) => [key, []]));
  for (let start = 0; start < keys.length; start += KEYS_AT_ONCE) {
    const rows = await trx
      .selectFrom("definition")
      .where("project_id", "=", project.id)
      .where("wire_key", "in", keys.slice(start, start + KEYS_AT_ONCE))
      .orderBy("id")
      .select(["wire_key", "content"])
      .execute();
    for (const row of rows) definitions.get(row.wire_key)?.push(JSON.parse(row.content) as FlagDefinition);
  }
  return definitions;
}

function nameOf({ service, version }: UnreadableBy): string {
  return version === "" ? service : `${service} ${version}`;
}
