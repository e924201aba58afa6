import type { FlagConfiguration } from "@flagwright/runtime";
import type { FlagDefinition } from "@flagwright/schema";
import { Problem } from "../http/problem.ts";
import type { Trx } from "../storage/database.ts";
import type { Project } from "../tenancy/scope.ts";
import type { ReaderGroup } from "./cluster-view.ts";
import { unreadableBy } from "./unreadable.ts";

/**
 * Refuses a configuration that services which run now could not read, and names them.
 *
 * @throws Problem 409; then nothing has changed.
 */
export async function refuseUnreadable(
  trx: Trx,
  project: Project,
  configuration: FlagConfiguration,
  readers: readonly ReaderGroup[],
): Promise<void> {
  const others = readers.filter(({ schemas }) => {
    const hash = schemas[configuration.key];
    return hash !== undefined && hash !== configuration.schemaHash;
  });
  if (others.length === 0) return;
  const rows = await trx
    .selectFrom("definition")
    .where("project_id", "=", project.id)
    .where("wire_key", "=", configuration.key)
    .orderBy("id")
    .select("content")
    .execute();
  const definitions = rows.map((row) => JSON.parse(row.content) as FlagDefinition);
  const found = unreadableBy(configuration, others, definitions);
  if (found.length === 0) return;
  const names = [...new Set(found.map(({ service, version }) => (version === "" ? service : `${service} ${version}`)))];
  throw new Problem(
    409,
    "READERS_BEHIND",
    "Live clients could not read this",
    `Not changed: ${names.join(", ")} could not read a value of ${configuration.key}. ` +
      "Deploy them with newly generated code first, or repeat with ?force=true: then they keep their last good value.",
    {
      errors: found.map(({ service, version, sdk, clients, variant, message }) => ({
        pointer:
          variant === undefined ? "/default" : `/state/variants/${variant.replaceAll("~", "~0").replaceAll("/", "~1")}`,
        code: "READER_BEHIND",
        message: `${clients} ${clients === 1 ? "client" : "clients"} of ${[service, version].join(" ").trim()} (${sdk}): ${message}`,
      })),
    },
  );
}
