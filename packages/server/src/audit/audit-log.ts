import { randomBytes } from "node:crypto";
import { canonicalText, sha256 } from "../storage/digest.ts";
import type { Trx } from "../storage/database.ts";

/** Who did it and from where. The id stays in the chain; the rest is personal and detachable. */
export interface Actor {
  /** Id of the key, or the name of a part of the server. */
  readonly id: string;
  readonly name: string;
  readonly address?: string;
  readonly agent?: string;
  readonly requestId?: string;
}

export interface AuditRecord {
  readonly organizationId: string;
  readonly at: Date;
  readonly actor: Actor;
  /** What was done: `flag.kill`, `definitions.push`. */
  readonly action: string;
  /** To what: a wire key, a segment, a key's id. */
  readonly target: string;
  readonly project?: string | undefined;
  readonly environment?: string | undefined;
  readonly epoch?: number | undefined;
  readonly revision?: number | undefined;
  readonly reason?: string | undefined;
  /** What stood and what stands; whatever is JSON. */
  readonly before?: unknown;
  readonly after?: unknown;
}

/** Before the first entry. */
export const GENESIS: string = "0".repeat(64);

/**
 * Adds one entry to the organization's chain: `hash = SHA-256(previous hash + content)`. The chain's head is locked
 * until the transaction ends, so take every other lock before.
 */
export async function appendAudit(trx: Trx, record: AuditRecord): Promise<void> {
  const head = await lockHead(trx, record.organizationId);
  const sequence = head.sequence + 1;
  const { actor } = record;
  const payload = canonicalText({
    // Without it, a removed payload that is short could be guessed from its hash.
    nonce: randomBytes(16).toString("base64url"),
    actorName: actor.name,
    address: actor.address,
    agent: actor.agent,
    reason: record.reason,
    before: record.before,
    after: record.after,
  });
  const content = canonicalText({
    sequence,
    at: record.at.toISOString(),
    actor: actor.id,
    action: record.action,
    target: record.target,
    project: record.project,
    environment: record.environment,
    epoch: record.epoch,
    revision: record.revision,
    requestId: actor.requestId,
    payload: sha256(payload),
  });
  const hash = chained(head.hash, content);
  const { organizationId: organization_id } = record;
  await trx
    .with("entry", (cte) =>
      cte
        .insertInto("audit_entry")
        .values({ organization_id, sequence, previous_hash: head.hash, hash, content, at: record.at }),
    )
    .with("payload", (cte) => cte.insertInto("audit_payload").values({ organization_id, sequence, content: payload }))
    .updateTable("audit_head")
    .set({ sequence, hash })
    .where("organization_id", "=", organization_id)
    .execute();
}

export function chained(previousHash: string, content: string): string {
  return sha256(previousHash + content);
}

async function lockHead(
  trx: Trx,
  organizationId: string,
): Promise<{ readonly sequence: number; readonly hash: string }> {
  const select = trx
    .selectFrom("audit_head")
    .where("organization_id", "=", organizationId)
    .select(["sequence", "hash"])
    .forUpdate();
  const head = await select.executeTakeFirst();
  if (head !== undefined) return head;
  await trx
    .insertInto("audit_head")
    .values({ organization_id: organizationId, sequence: 0, hash: GENESIS })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return select.executeTakeFirstOrThrow();
}
