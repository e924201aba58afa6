import type { Database } from "../database.ts";
import { uuidv7 } from "../uuid.ts";

export const at: Date = new Date("2026-10-01T00:00:00Z");

export interface Tenant {
  readonly organization: string;
  readonly environment: string;
}

/** An organization with one project, environment, flag and outbox row. */
export async function insertTenant(database: Database, key: string): Promise<Tenant> {
  const [organization, project, environment, definition] = [uuidv7(1), uuidv7(2), uuidv7(3), uuidv7(4)];
  const tenant = { organization_id: organization };
  const flag = { ...tenant, wire_key: "a" };
  const author = { actor: "t", action: "define", at };
  const order = { epoch: 5_000_000_000_000, revision: 7 };
  await database.asOwner(async (trx) => {
    await trx.insertInto("organization").values({ id: organization, key, name: key, created_at: at }).execute();
    await trx
      .insertInto("project")
      .values({
        ...tenant,
        id: project,
        key: "shop",
        name: "Shop",
        context: "{}",
        segments: "[]",
        contract: project,
        created_at: at,
      })
      .execute();
    await trx
      .insertInto("environment")
      .values({ ...tenant, id: environment, project_id: project, key: "live", name: "Live", ...order, created_at: at })
      .execute();
    const pushed = { pushed_at: at, pushed_by: "t" };
    await trx
      .insertInto("definition")
      .values({ ...flag, id: definition, project_id: project, hash: "h", content: "{}", ...pushed })
      .execute();
    const registered = { key: "a", version: 1, definition_id: definition, archived_at: null, created_at: at };
    await trx
      .insertInto("flag")
      .values({ ...flag, project_id: project, ...registered })
      .execute();
    const content = '{"key":"a","zulu":1,"alpha":2}';
    await trx
      .insertInto("configuration")
      .values({
        ...flag,
        environment_id: environment,
        version: 1,
        definition_id: definition,
        state: "{}",
        content,
        ...order,
        ...author,
      })
      .execute();
    await trx
      .insertInto("configuration_head")
      .values({ ...flag, environment_id: environment, version: 1 })
      .execute();
    await trx
      .insertInto("outbox")
      .values({ ...tenant, environment_id: environment, ...order, event: "patch", payload: "{}", created_at: at })
      .execute();
  });
  return { organization, environment };
}
