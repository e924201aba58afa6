import type { FastifyRequest } from "fastify";
import { canonicalText, sha256 } from "../storage/digest.ts";
import type { Trx } from "../storage/database.ts";
import type { Answer } from "./change.ts";
import { badRequest, Problem } from "./problem.ts";

export interface Claim {
  /** The answer that this key got before. */
  readonly earlier?: Answer;
  keep(answer: Answer): Promise<void>;
}

/** After this a key may be used anew. */
const KEPT_MS = 24 * 60 * 60 * 1000;

const FORM = /^[!-~]{1,100}$/;

export function idempotencyKeyOf(request: FastifyRequest): string | undefined {
  const header = request.headers["idempotency-key"];
  if (header === undefined) return undefined;
  if (typeof header !== "string" || !FORM.test(header))
    throw badRequest("IDEMPOTENCY_KEY_INVALID", "An Idempotency-Key has 1 to 100 visible ASCII characters.");
  return header;
}

/**
 * Makes a repeated write answer as the first did. The key is claimed in the write's own transaction: a second request
 * with it waits for the first, and a first that fails leaves nothing behind.
 */
export async function claimIdempotencyKey(
  trx: Trx,
  request: FastifyRequest,
  idempotencyKey: string | undefined,
  at: Date,
): Promise<Claim> {
  if (idempotencyKey === undefined) return { keep: () => Promise.resolve() };
  const { organizationId: organization_id, keyId: key_id } = request.principal;
  const request_hash = sha256(
    canonicalText([request.method, request.url, request.headers["if-match"], request.body ?? null]),
  );
  await trx
    .deleteFrom("idempotency_key")
    .where("key_id", "=", key_id)
    .where("created_at", "<", new Date(at.getTime() - KEPT_MS))
    .execute();
  const inserted = await trx
    .insertInto("idempotency_key")
    .values({ organization_id, key_id, idempotency_key: idempotencyKey, request_hash, answer: null, created_at: at })
    .onConflict((conflict) => conflict.doNothing())
    .returning("created_at")
    .executeTakeFirst();
  const row = trx
    .updateTable("idempotency_key")
    .where("key_id", "=", key_id)
    .where("idempotency_key", "=", idempotencyKey);
  if (inserted !== undefined)
    return {
      async keep({ repeated, ...answer }) {
        const kept: Answer = repeated === undefined ? answer : { ...answer, body: repeated };
        await row.set({ answer: JSON.stringify(kept) }).execute();
      },
    };

  const earlier = await trx
    .selectFrom("idempotency_key")
    .select(["request_hash", "answer"])
    .where("key_id", "=", key_id)
    .where("idempotency_key", "=", idempotencyKey)
    .executeTakeFirstOrThrow();
  if (earlier.request_hash !== request_hash)
    throw new Problem(
      422,
      "IDEMPOTENCY_KEY_REUSED",
      "Invalid content",
      `The Idempotency-Key "${idempotencyKey}" was used for another request. Use a new one.`,
    );
  return { earlier: JSON.parse(earlier.answer ?? "{}") as Answer, keep: () => Promise.resolve() };
}
