import type { Change } from "../http/change.ts";
import { conflict } from "../http/problem.ts";
import { appendAudit } from "../audit/audit-log.ts";
import { uuidv7 } from "../storage/uuid.ts";
import { createEnvironment } from "./create-environment.ts";
import type { Project } from "./scope.ts";

export const DEFAULT_ENVIRONMENTS: readonly string[] = ["development", "staging", "production"];

/** The columns of a project before its first push. */
export function emptyContract(contract: string): {
  readonly context: string;
  readonly segments: string;
  readonly contract: string;
} {
  return { context: JSON.stringify({ attributes: {} }), segments: "[]", contract };
}

/** A project without definitions, with these environments. @throws Problem 409 when the key is taken. */
export async function createProject(
  change: Change,
  wanted: { readonly key: string; readonly name: string; readonly environments: readonly string[] },
): Promise<Project> {
  const { organizationId } = change.principal;
  const { key, name } = wanted;
  const id = uuidv7(change.at.getTime());
  const inserted = await change.trx
    .insertInto("project")
    .values({ id, organization_id: organizationId, key, name, ...emptyContract(id), created_at: change.at })
    .onConflict((onConflict) => onConflict.columns(["organization_id", "key"]).doNothing())
    .returning("id")
    .executeTakeFirst();
  if (inserted === undefined) throw conflict("PROJECT_EXISTS", `There is a project "${key}" already.`);
  const project: Project = {
    id,
    organizationId,
    key,
    name,
    context: { attributes: {} },
    segments: [],
    createdAt: change.at,
  };
  for (const environment of wanted.environments)
    await createEnvironment(change, project, { key: environment, name: environment });
  await appendAudit(change.trx, {
    organizationId,
    at: change.at,
    actor: change.actor,
    action: "project.create",
    target: key,
    project: key,
    after: wanted,
  });
  return project;
}
