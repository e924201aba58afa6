import { appendAudit } from "../audit/audit-log.ts";
import type { Change } from "../http/change.ts";
import { lockEnvironment, type Environment, type Project } from "./scope.ts";

/**
 * Deletes an environment and revokes its keys; returns their ids. Its rows stay, and nobody reaches them. Changes that
 * were waiting for it are refused.
 */
export async function deleteEnvironment(
  change: Change,
  project: Project,
  environment: Environment,
): Promise<readonly string[]> {
  const { epoch, revision } = await lockEnvironment(change.trx, environment);
  await change.trx.updateTable("environment").set({ deleted_at: change.at }).where("id", "=", environment.id).execute();
  const keys = await change.trx
    .updateTable("api_key")
    .set({ revoked_at: change.at })
    .where("environment_id", "=", environment.id)
    .where("revoked_at", "is", null)
    .returning("id")
    .execute();
  await appendAudit(change.trx, {
    organizationId: project.organizationId,
    at: change.at,
    actor: change.actor,
    action: "environment.delete",
    target: environment.key,
    project: project.key,
    environment: environment.key,
    epoch,
    revision,
  });
  change.touched(environment.id, "environment.delete");
  return keys.map(({ id }) => id);
}
