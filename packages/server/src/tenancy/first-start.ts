import type { Logger } from "pino";
import { newKey } from "../access/api-key.ts";
import { appendAudit } from "../audit/audit-log.ts";
import type { Clock } from "../operations/clock.ts";
import { sql } from "kysely";
import type { Database, Trx } from "../storage/database.ts";
import type { KeyKind } from "../storage/tables.ts";
import { uuidv7 } from "../storage/uuid.ts";
import { DEFAULT_ENVIRONMENTS, emptyContract } from "./create-project.ts";

/** What a person or the command line needs to reach a new server. Shown once, since only hashes are stored. */
export interface Credentials {
  readonly project: string;
  readonly managementKey: string;
  /** Environment → key. */
  readonly serverKeys: { readonly [environment: string]: string };
  readonly clientKeys: { readonly [environment: string]: string };
}

/** Serializes nodes that start together on an empty database; any number that nobody else uses will do. */
const FIRST_START_LOCK = 4400_2026;

/**
 * Makes the organization `default`, one project, three environments and a key for each purpose, all in one
 * transaction. `undefined` when there is an organization already.
 */
export async function firstStart(
  database: Database,
  { clock, project, logger }: { readonly clock: Clock; readonly project: string; readonly logger: Logger },
): Promise<Credentials | undefined> {
  const credentials = await database.asOwner(async (trx): Promise<Credentials | undefined> => {
    await sql`select pg_advisory_xact_lock(${FIRST_START_LOCK})`.execute(trx);
    const existing = await trx.selectFrom("organization").select("id").limit(1).executeTakeFirst();
    return existing === undefined ? found(trx, clock.now(), project) : undefined;
  });
  if (credentials !== undefined)
    logger.info(
      { project, environments: DEFAULT_ENVIRONMENTS },
      "first start: made the organization, project and keys",
    );
  return credentials;
}

async function found(trx: Trx, now: number, projectKey: string): Promise<Credentials> {
  const at = new Date(now);
  const organization_id = uuidv7(now);
  const project_id = uuidv7(now);
  await trx
    .insertInto("organization")
    .values({ id: organization_id, key: "default", name: "Default", created_at: at })
    .execute();
  await trx
    .insertInto("project")
    .values({
      id: project_id,
      organization_id,
      key: projectKey,
      name: projectKey,
      ...emptyContract(project_id),
      created_at: at,
    })
    .execute();
  const insertKey = async (kind: KeyKind, name: string, environment_id: string | null): Promise<string> => {
    const key = newKey(kind);
    const scope = kind === "management" ? {} : { project_id, environment_id };
    await trx
      .insertInto("api_key")
      .values({
        id: key.id,
        organization_id,
        ...scope,
        kind,
        name,
        secret_hash: key.secretHash,
        created_at: at,
        created_by: "first start",
        expires_at: null,
        revoked_at: null,
        last_used_at: null,
      })
      .execute();
    return key.text;
  };
  const managementKey = await insertKey("management", "first management key", null);
  const serverKeys: { [environment: string]: string } = {};
  const clientKeys: { [environment: string]: string } = {};
  for (const key of DEFAULT_ENVIRONMENTS) {
    const id = uuidv7(now);
    await trx
      .insertInto("environment")
      .values({ id, organization_id, project_id, key, name: key, epoch: now, revision: 0, created_at: at })
      .execute();
    serverKeys[key] = await insertKey("server", `${key} server`, id);
    clientKeys[key] = await insertKey("client", `${key} client`, id);
  }
  await appendAudit(trx, {
    organizationId: organization_id,
    at,
    actor: { id: "server", name: "first start" },
    action: "organization.create",
    target: "default",
    project: projectKey,
  });
  return { project: projectKey, managementKey, serverKeys, clientKeys };
}
