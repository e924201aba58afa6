import type { FlagConfiguration, Order, Overlay, Patch, Segment } from "@flagwright/runtime";
import { appendAudit } from "../audit/audit-log.ts";
import type { Change } from "../http/change.ts";
import type { OutboxEvent } from "../storage/tables.ts";
import type { Environment, Project } from "./scope.ts";

export interface Advance {
  readonly put?: { readonly flags?: readonly FlagConfiguration[]; readonly segments?: readonly Segment[] };
  readonly delete?: { readonly flags?: readonly string[]; readonly segments?: readonly string[] };
  /** Kills and lifts, which are told ahead of the patch. */
  readonly overlays?: readonly Pick<Overlay, "flag" | "killed">[];
  /** For the audit log: `flag.kill`. */
  readonly action: string;
  readonly target: string;
  readonly reason?: string | undefined;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** The order that the next `advance` of this environment, which is locked, will have. */
export function nextOrder(environment: Environment): Order {
  return { epoch: environment.epoch, revision: environment.revision + 1 };
}

/**
 * Gives the environment its next revision: the number, the outbox rows and the audit entry, in the change's
 * transaction. The environment's row must be locked, which makes revisions gap-free and in the order of their commits.
 */
export async function advance(
  change: Change,
  project: Project,
  environment: Environment,
  what: Advance,
): Promise<Order> {
  const { epoch, revision } = nextOrder(environment);
  const patch: Patch = {
    format: 1,
    epoch,
    from: environment.revision,
    to: revision,
    put: { flags: what.put?.flags ?? [], segments: what.put?.segments ?? [] },
    delete: { flags: what.delete?.flags ?? [], segments: what.delete?.segments ?? [] },
  };
  const row = (event: OutboxEvent, payload: Patch | Overlay) => ({
    organization_id: project.organizationId,
    environment_id: environment.id,
    epoch,
    revision,
    event,
    payload: JSON.stringify(payload),
    created_at: change.at,
  });
  const overlays = (what.overlays ?? []).map((overlay) => row("kill", { epoch, revision, ...overlay }));
  await change.trx
    .with("announced", (cte) => cte.insertInto("outbox").values([...overlays, row("patch", patch)]))
    .updateTable("environment")
    .set({ revision })
    .where("id", "=", environment.id)
    .executeTakeFirstOrThrow();
  await appendAudit(change.trx, {
    organizationId: project.organizationId,
    at: change.at,
    actor: change.actor,
    action: what.action,
    target: what.target,
    project: project.key,
    environment: environment.key,
    epoch,
    revision,
    reason: what.reason,
    before: what.before,
    after: what.after,
  });
  change.touched(environment.id, what.action);
  return { epoch, revision };
}
