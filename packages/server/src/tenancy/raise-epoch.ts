import type { Order } from "@flagwright/runtime";
import { appendAudit } from "../audit/audit-log.ts";
import type { Change } from "../http/change.ts";
import { snapshotWithin } from "../storage/read-snapshot.ts";
import { lockEnvironment, type Environment, type Project } from "./scope.ts";

export interface EpochRaise {
  readonly action: string;
  readonly target: string;
  readonly reason: string;
}

/**
 * Makes every client drop what it has, in memory and on disk, and take the current state at once. The epoch rises, so
 * that the new snapshot outranks every copy, wherever it lies; the revision goes on counting. What is announced is the
 * snapshot itself, so that nobody has to ask for it.
 */
export async function raiseEpoch(
  change: Pick<Change, "trx" | "actor" | "at" | "touched">,
  project: Pick<Project, "key" | "organizationId">,
  unlocked: Environment,
  { action, target, reason }: EpochRaise,
): Promise<Order> {
  const environment = await lockEnvironment(change.trx, unlocked);
  const order: Order = {
    // A clock that was set back must not take an environment back.
    epoch: Math.max(environment.epoch + 1, change.at.getTime()),
    revision: environment.revision + 1,
  };
  await change.trx.updateTable("environment").set(order).where("id", "=", environment.id).execute();
  const snapshot = await snapshotWithin(change.trx, environment.id);
  await change.trx
    .insertInto("outbox")
    .values({
      organization_id: project.organizationId,
      environment_id: environment.id,
      ...order,
      event: "purge",
      payload: JSON.stringify({ snapshot }),
      created_at: change.at,
    })
    .execute();
  await appendAudit(change.trx, {
    organizationId: project.organizationId,
    at: change.at,
    actor: change.actor,
    action,
    target,
    project: project.key,
    environment: environment.key,
    ...order,
    reason,
    before: { epoch: environment.epoch, revision: environment.revision },
  });
  change.touched(environment.id, action);
  return order;
}
