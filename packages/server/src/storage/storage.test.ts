import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Database } from "./database.ts";
import { findEnvironmentScope } from "./doors.ts";
import { openPglite } from "./pglite.ts";
import { openPostgres } from "./postgres.ts";
import { readSnapshot } from "./read-snapshot.ts";
import { startPostgres, type PostgresService } from "./testing/postgres.ts";
import { uuidv7 } from "./uuid.ts";

let postgres: PostgresService;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

const at = new Date("2026-10-01T00:00:00Z");

interface Tenant {
  readonly organization: string;
  readonly environment: string;
}

/** An organization with one project, environment, flag and outbox row. */
async function insertTenant(database: Database, key: string): Promise<Tenant> {
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

function gate(): { readonly open: () => void; readonly passed: Promise<void> } {
  let open = (): void => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, passed };
}

describe.each(["pglite", "postgres"] as const)("storage on %s", (kind) => {
  let database: Database;
  let ours: Tenant;
  let theirs: Tenant;
  beforeAll(async () => {
    database =
      kind === "pglite"
        ? await openPglite(undefined)
        : await openPostgres({ url: await postgres.newDatabase(), onConnectionError: () => {} });
    ours = await insertTenant(database, "ours");
    theirs = await insertTenant(database, "theirs");
  });
  afterAll(() => database.close());

  const tables = [
    "project",
    "environment",
    "definition",
    "flag",
    "configuration",
    "configuration_head",
    "outbox",
  ] as const;

  test.each(tables)("an organization sees only its own rows of %s", async (table) => {
    const rows = await database.asOrganization(ours.organization, (trx) =>
      trx.selectFrom(table).select("organization_id").execute(),
    );
    expect(rows).toEqual([{ organization_id: ours.organization }]);
  });

  test("every table with an organization has row-level security", async () => {
    const { rows } = await database.asOwner((trx) =>
      sql<{ name: string }>`select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = current_schema() and c.relkind = 'r' and not c.relrowsecurity
        and c.relname not like 'kysely_%'`.execute(trx),
    );
    expect(rows).toEqual([]);
  });

  test("a row cannot be written into, or moved to, another organization", async () => {
    const steal = database.asOrganization(ours.organization, (trx) =>
      trx
        .insertInto("outbox")
        .values({
          organization_id: theirs.organization,
          environment_id: theirs.environment,
          epoch: 1,
          revision: 1,
          event: "patch",
          payload: "{}",
          created_at: at,
        })
        .execute(),
    );
    await expect(steal).rejects.toThrow(/row-level security/);
    const changed = await database.asOrganization(ours.organization, (trx) =>
      trx.updateTable("environment").set({ revision: 99 }).where("id", "=", theirs.environment).executeTakeFirst(),
    );
    expect(changed.numUpdatedRows).toBe(0n);
  });

  test("without an organization nothing can be seen, and the doors still open", async () => {
    const seen = await database.asOrganization("00000000-0000-7000-8000-000000000000", (trx) =>
      trx.selectFrom("environment").selectAll().execute(),
    );
    expect(seen).toEqual([]);
    expect(await findEnvironmentScope(database, theirs.environment)).toMatchObject({
      organization_key: "theirs",
      project_key: "shop",
      environment_key: "live",
      epoch: 5_000_000_000_000,
      revision: 7,
    });
  });

  test("the relay sees every outbox row and nothing else", async () => {
    const rows = await database.asRelay((trx) => trx.selectFrom("outbox").select("organization_id").execute());
    expect(rows.map((row) => row.organization_id).sort()).toEqual([ours.organization, theirs.organization].sort());
    await expect(database.asRelay((trx) => trx.selectFrom("configuration").selectAll().execute())).rejects.toThrow(
      /permission denied/,
    );
    await expect(database.asRelay((trx) => sql`update outbox set payload = 'forged'`.execute(trx))).rejects.toThrow(
      /permission denied/,
    );
  });

  test.each(["configuration", "definition", "audit_entry", "segment"])(
    "%s is append-only even for a faulty query",
    async (table) => {
      for (const statement of [`update ${table} set content = '{}'`, `delete from ${table}`])
        await expect(
          database.asOrganization(ours.organization, (trx) => sql.raw(statement).execute(trx)),
        ).rejects.toThrow(/permission denied/);
    },
  );

  test("the role ends with the transaction", async () => {
    await database.asOrganization(ours.organization, (trx) => trx.selectFrom("environment").selectAll().execute());
    const { rows } = await database.asOwner((trx) =>
      sql<{ organization: string | null; role: string }>`select current_user as role,
        nullif(current_setting('flagwright.organization_id', true), '') as organization`.execute(trx),
    );
    expect(rows).toEqual([{ role: "postgres", organization: null }]);
  });

  test("JSON keeps the order of its members, and big integers are numbers", async () => {
    const snapshot = await readSnapshot(database, ours.environment);
    expect(JSON.stringify(snapshot.flags)).toBe('[{"key":"a","zulu":1,"alpha":2}]');
    expect(snapshot).toMatchObject({ organization: "ours", epoch: 5_000_000_000_000, revision: 7 });
  });

  test("a transaction that fails leaves nothing behind", async () => {
    const failing = database.asOrganization(ours.organization, async (trx) => {
      await trx.updateTable("environment").set({ name: "Half" }).where("id", "=", ours.environment).execute();
      throw new Error("half way");
    });
    await expect(failing).rejects.toThrow("half way");
    const names = await database.asOrganization(ours.organization, (trx) =>
      trx.selectFrom("environment").select("name").execute(),
    );
    expect(names).toEqual([{ name: "Live" }]);
  });

  test("a row lock makes concurrent increments take turns", async () => {
    const increment = (): Promise<number> =>
      database.asOrganization(ours.organization, async (trx) => {
        const { revision } = await trx
          .selectFrom("environment")
          .select("revision")
          .where("id", "=", ours.environment)
          .forUpdate()
          .executeTakeFirstOrThrow();
        await trx
          .updateTable("environment")
          .set({ revision: revision + 1 })
          .where("id", "=", ours.environment)
          .execute();
        return revision + 1;
      });
    const got = await Promise.all(Array.from({ length: 20 }, increment));
    expect(got.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => 8 + index));
  });
});

describe("storage on postgres, between nodes", () => {
  test("nodes that start together on an empty database migrate it once", async () => {
    const url = await postgres.newDatabase();
    const nodes = await Promise.all(
      [1, 2, 3].map(() => openPostgres({ url, connections: 2, onConnectionError: () => {} })),
    );
    const [{ count } = { count: "" }] = await postgres.run(url, "select count(*) from kysely_migration");
    expect(count).toBe("2");
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
