import { appendAudit } from "../audit/audit-log.ts";
import type { Database } from "../storage/database.ts";
import { newKey } from "./api-key.ts";

/**
 * A new management key of the only organization, for somebody who has the database in hand and has lost every key.
 *
 * @throws when there is no organization yet, or more than one.
 */
export async function issueManagementKey(database: Database, name: string, at: Date): Promise<string> {
  return database.asOwner(async (trx) => {
    const organizations = await trx.selectFrom("organization").select("id").limit(2).execute();
    const [organization] = organizations;
    if (organization === undefined || organizations.length > 1)
      throw new Error(`A management key needs exactly one organization; there are ${organizations.length}.`);
    const key = newKey("management");
    await trx
      .insertInto("api_key")
      .values({
        id: key.id,
        organization_id: organization.id,
        kind: "management",
        name,
        secret_hash: key.secretHash,
        created_at: at,
        created_by: "server's owner",
        expires_at: null,
        revoked_at: null,
        last_used_at: null,
      })
      .execute();
    await appendAudit(trx, {
      organizationId: organization.id,
      at,
      actor: { id: "server", name: "server's owner" },
      action: "key.create",
      target: key.id,
      after: { id: key.id, kind: "management", name },
    });
    return key.text;
  });
}
