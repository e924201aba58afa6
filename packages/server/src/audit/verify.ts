import type { Database, Trx } from "../storage/database.ts";
import { sha256 } from "../storage/digest.ts";
import { chained, GENESIS } from "./audit-log.ts";

export interface Verification {
  readonly valid: boolean;
  /** How many entries are whole, counted from the first. */
  readonly entries: number;
  /** The sequence number where the chain breaks first; the number after the last when entries are missing there. */
  readonly firstBroken?: number;
}

/** Entries read in one transaction: a long log needs little memory and keeps nobody waiting. */
const BATCH = 1_000;

/** How far the chain has been followed. */
interface Link {
  readonly sequence: number;
  readonly hash: string;
}

/**
 * Recomputes the chain from its first entry to its head. A payload may be gone, by retention; one that is there must be
 * the one that was hashed.
 */
export async function verifyAudit(database: Database, organizationId: string): Promise<Verification> {
  let link: Link = { sequence: 0, hash: GENESIS };
  for (;;) {
    const from = link;
    const step = await database.readOrganization(organizationId, (trx) => follow(trx, from));
    link = step.link;
    if (step.broken) return { valid: false, entries: link.sequence, firstBroken: link.sequence + 1 };
    if (step.ended) return { valid: true, entries: link.sequence };
  }
}

async function follow(
  trx: Trx,
  from: Link,
): Promise<{ readonly link: Link; readonly broken: boolean; readonly ended: boolean }> {
  const rows = await trx
    .selectFrom("audit_entry as e")
    .leftJoin("audit_payload as p", "p.sequence", "e.sequence")
    .where("e.sequence", ">", from.sequence)
    .orderBy("e.sequence")
    .limit(BATCH)
    .select(["e.sequence", "e.previous_hash", "e.hash", "e.content", "p.content as payload"])
    .execute();
  let link = from;
  for (const row of rows) {
    const claimed = claims(row.content);
    const whole =
      row.sequence === link.sequence + 1 &&
      claimed.sequence === row.sequence &&
      row.previous_hash === link.hash &&
      row.hash === chained(link.hash, row.content) &&
      (row.payload === null || claimed.payload === sha256(row.payload));
    if (!whole) return { link, broken: true, ended: false };
    link = { sequence: row.sequence, hash: row.hash };
  }
  if (rows.length === BATCH) return { link, broken: false, ended: false };
  const head = await trx.selectFrom("audit_head").select(["sequence", "hash"]).executeTakeFirst();
  const complete = (head?.sequence ?? 0) === link.sequence && (head?.hash ?? GENESIS) === link.hash;
  return { link, broken: !complete, ended: true };
}

function claims(content: string): { readonly sequence?: unknown; readonly payload?: unknown } {
  try {
    return JSON.parse(content) as { readonly sequence?: unknown; readonly payload?: unknown };
  } catch {
    return {};
  }
}
