import type { ContextSchema } from "@flagwright/schema";
import type { Principal } from "../access/access.ts";
import { notFound, Problem } from "../http/problem.ts";
import type { Trx } from "../storage/database.ts";

export interface Project {
  readonly id: string;
  readonly organizationId: string;
  readonly key: string;
  readonly name: string;
  readonly context: ContextSchema;
  /** The declared segment names. */
  readonly segments: readonly string[];
  readonly createdAt: Date;
}

export interface Environment {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly epoch: number;
  readonly revision: number;
  readonly createdAt: Date;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * The project with this key or id, if the caller's key reaches it. Projects of other organizations do not exist here.
 *
 * @throws Problem 404 or 403.
 */
export async function findProject(trx: Trx, principal: Principal, keyOrId: string): Promise<Project> {
  const rows = await trx.selectFrom("project").selectAll().orderBy("key").execute();
  const row = rows.find((project) => (UUID.test(keyOrId) ? project.id : project.key) === keyOrId);
  const reachable = rows.filter((project) => reaches(principal.projectId, project.id));
  if (row === undefined)
    throw notFound(
      "project",
      keyOrId,
      reachable.map((project) => project.key),
    );
  if (!reaches(principal.projectId, row.id))
    throw new Problem(403, "KEY_SCOPE", "Forbidden", `The key ${principal.keyId} is for another project.`);
  return projectFrom(row);
}

export function projectFrom(row: {
  readonly id: string;
  readonly organization_id: string;
  readonly key: string;
  readonly name: string;
  readonly context: string;
  readonly segments: string;
  readonly created_at: Date;
}): Project {
  return {
    id: row.id,
    organizationId: row.organization_id,
    key: row.key,
    name: row.name,
    context: JSON.parse(row.context) as ContextSchema,
    segments: JSON.parse(row.segments) as readonly string[],
    createdAt: row.created_at,
  };
}

/** Changes that concern a whole project take turns. Taken before any environment's lock. */
export async function lockProject(trx: Trx, project: Project): Promise<Project> {
  const row = await trx
    .selectFrom("project")
    .selectAll()
    .where("id", "=", project.id)
    .forUpdate()
    .executeTakeFirstOrThrow();
  return projectFrom(row);
}

/** In the order of their ids, which is the order in which they are locked. */
export async function listEnvironments(
  trx: Trx,
  project: Project,
  { lock = false }: { readonly lock?: boolean } = {},
): Promise<readonly Environment[]> {
  const query = trx
    .selectFrom("environment")
    .selectAll()
    .where("project_id", "=", project.id)
    .where("deleted_at", "is", null)
    .orderBy("id");
  const rows = await (lock ? query.forUpdate() : query).execute();
  return rows.map((row) => ({
    id: row.id,
    key: row.key,
    name: row.name,
    epoch: row.epoch,
    revision: row.revision,
    createdAt: row.created_at,
  }));
}

/** @throws Problem 404 or 403. */
export async function findEnvironment(
  trx: Trx,
  principal: Principal,
  project: Project,
  keyOrId: string,
): Promise<Environment> {
  const environments = await listEnvironments(trx, project);
  const found = environments.find((environment) => environment.key === keyOrId || environment.id === keyOrId);
  if (found === undefined)
    throw notFound(
      "environment",
      keyOrId,
      environments.map((environment) => environment.key),
    );
  if (!reaches(principal.environmentId, found.id))
    throw new Problem(403, "KEY_SCOPE", "Forbidden", `The key ${principal.keyId} is for another environment.`);
  return found;
}

/**
 * Waits for whoever is changing the environment, then reads it as it stands.
 *
 * @throws Problem 404 when it has been deleted meanwhile.
 */
export async function lockEnvironment(trx: Trx, environment: Environment): Promise<Environment> {
  const row = await trx
    .selectFrom("environment")
    .select(["epoch", "revision"])
    .where("id", "=", environment.id)
    .where("deleted_at", "is", null)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) throw notFound("environment", environment.key, []);
  return { ...environment, epoch: row.epoch, revision: row.revision };
}

function reaches(limit: string | undefined, id: string): boolean {
  return limit === undefined || limit === id;
}
