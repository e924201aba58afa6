import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Database } from "./database.ts";
import { findEnvironmentScope } from "./doors.ts";
import { openPglite } from "./pglite.ts";
import { openPostgres } from "./postgres.ts";
import { readSnapshot } from "./read-snapshot.ts";
import { startPostgres, type PostgresService } from "./testing/postgres.ts";
import { at, insertTenant, type Tenant } from "./testing/tenant.ts";

let postgres: PostgresService;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

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
