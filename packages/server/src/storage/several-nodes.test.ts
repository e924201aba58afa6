import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openPostgres } from "./postgres.ts";
import { startPostgres, type PostgresService } from "./testing/postgres.ts";
import { at, insertTenant } from "./testing/tenant.ts";

let postgres: PostgresService;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

function gate(): { readonly open: () => void; readonly passed: Promise<void> } {
  let open = (): void => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, passed };
}

describe("storage on postgres, between nodes", () => {
  test("nodes that start together on an empty database migrate it once", async () => {
    const url = await postgres.newDatabase();
    const nodes = await Promise.all(
      [1, 2, 3].map(() => openPostgres({ url, connections: 2, onConnectionError: () => {} })),
    );
    const [{ count } = { count: "" }] = await postgres.run(url, "select count(*) from kysely_migration");
    expect(count).toBe("3");
    await Promise.all(nodes.map((node) => node.close()));
  });

  test("a login of its own cannot bypass row-level security, whatever role it takes", async () => {
    const ownerUrl = await postgres.newDatabase();
    await (await openPostgres({ url: ownerUrl, onConnectionError: () => {} })).close();
    const login = `app_${Date.now()}`;
    await postgres.run(
      ownerUrl,
      `create role ${login} login password 'secret' in role flagwright_app, flagwright_relay`,
    );
    const url = postgres.as(ownerUrl, login, "secret");
    const database = await openPostgres({ url, ownerUrl, onConnectionError: () => {} });
    const ours = await insertTenant(database, "ours");
    await insertTenant(database, "theirs");
    const seen = await database.asOrganization(ours.organization, (trx) =>
      trx.selectFrom("environment").select("id").execute(),
    );
    expect(seen).toEqual([{ id: ours.environment }]);
    const escape = database.asOrganization(ours.organization, async (trx) => {
      await sql`reset role`.execute(trx);
      return trx.selectFrom("environment").select("id").execute();
    });
    // Its own rights are the two roles' rights, and they end at the same rows.
    expect(await escape).toEqual([{ id: ours.environment }]);
    const [login_] = await postgres.run(
      ownerUrl,
      `select rolsuper or rolbypassrls or rolcreaterole as mighty from pg_roles where rolname = '${login}'`,
    );
    expect(login_).toEqual({ mighty: false });
    await expect(
      database.asOrganization(ours.organization, (trx) =>
        sql`alter table environment disable row level security`.execute(trx),
      ),
    ).rejects.toThrow(/must be owner/);
    await database.close();
  });

  test("sequence numbers commit out of order, which is why they order nothing", async () => {
    const database = await openPostgres({ url: await postgres.newDatabase(), onConnectionError: () => {} });
    const ours = await insertTenant(database, "ours");
    const insert = (revision: number, andThen: () => Promise<void>): Promise<number> =>
      database.asOrganization(ours.organization, async (trx) => {
        const { id } = await trx
          .insertInto("outbox")
          .values({
            organization_id: ours.organization,
            environment_id: ours.environment,
            epoch: 1,
            revision,
            event: "patch",
            payload: "{}",
            created_at: at,
          })
          .returning("id")
          .executeTakeFirstOrThrow();
        await andThen();
        return id;
      });
    const inserted = gate();
    const goOn = gate();
    const early = insert(1, async () => {
      inserted.open();
      await goOn.passed;
    });
    await inserted.passed;
    const late = await insert(2, () => Promise.resolve());
    const visible = await database.asRelay((trx) => trx.selectFrom("outbox").select("id").orderBy("id").execute());
    goOn.open();
    // A reader whose cursor stood at the largest id it saw would never see the earlier one.
    expect(await early).toBeLessThan(late);
    expect(visible.map((row) => row.id)).toContain(late);
    expect(visible.map((row) => row.id)).not.toContain(await early);
    await database.close();
  });
});
