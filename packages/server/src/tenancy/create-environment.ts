import type { FlagDefinition } from "@flagwright/schema";
import type { Change } from "../http/change.ts";
import { firstSegment, firstVersion } from "../registry/first-version.ts";
import { uuidv7 } from "../storage/uuid.ts";
import { writeFlagVersions } from "../flags/flag-store.ts";
import { writeSegmentVersion } from "../segments/segment-store.ts";
import { advance, nextOrder } from "./advance.ts";
import type { Environment, Project } from "./scope.ts";

/** A new environment has every flag of the project, off, and every segment, empty. The project must be locked. */
export async function createEnvironment(
  change: Change,
  project: Project,
  { key, name }: { readonly key: string; readonly name: string },
): Promise<Environment> {
  const environment: Environment = {
    id: uuidv7(change.at.getTime()),
    key,
    name,
    epoch: change.at.getTime(),
    revision: 0,
    createdAt: change.at,
  };
  await change.trx
    .insertInto("environment")
    .values({
      id: environment.id,
      organization_id: project.organizationId,
      project_id: project.id,
      key,
      name,
      epoch: environment.epoch,
      revision: 0,
      created_at: change.at,
    })
    .execute();
  const flags = await change.trx
    .selectFrom("flag as f")
    .innerJoin("definition as d", "d.id", "f.definition_id")
    .where("f.project_id", "=", project.id)
    .where("f.archived_at", "is", null)
    .orderBy("f.wire_key")
    .select(["f.wire_key", "f.definition_id", "d.content"])
    .execute();
  const order = nextOrder(environment);
  const versions = flags.map((flag) => ({
    ...firstVersion(JSON.parse(flag.content) as FlagDefinition),
    definitionId: flag.definition_id,
  }));
  await writeFlagVersions(change, project, environment, order, versions);
  const segments = project.segments.map(firstSegment);
  for (const segment of segments)
    await writeSegmentVersion(change, project, environment, order, { segment, after: 0, action: "define" });
  const advanced = await advance(change, project, environment, {
    put: { flags: versions.map((version) => version.configuration), segments },
    action: "environment.create",
    target: key,
  });
  return { ...environment, ...advanced };
}
