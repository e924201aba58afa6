import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { firstStart } from "../tenancy/first-start.ts";
import { pino } from "pino";
import { openPostgres } from "./postgres.ts";
import { readLineage } from "./lineage.ts";
import { startPostgres, type PostgresService } from "./testing/postgres.ts";

let postgres: PostgresService;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

test("neither login needs to be a superuser: an owner that migrates, and one that serves", async () => {
  const superuser = await postgres.newDatabase();
  const name = new URL(superuser).pathname.slice(1);
  await postgres.run(
    superuser,
    "create role flagwright_owner login password 'o' createrole",
    `alter database ${name} owner to flagwright_owner`,
  );
  const ownerUrl = postgres.as(superuser, "flagwright_owner", "o");
  const onConnectionError = (): void => {};
  await (await openPostgres({ url: ownerUrl, onConnectionError })).close();

  // The owner makes the other login, as the guide says.
  const setup = await openPostgres({ url: ownerUrl, onConnectionError });
  await setup.asOwner((trx) =>
    sql`create role flagwright login password 'f' in role flagwright_app, flagwright_relay`.execute(trx),
  );
  await setup.close();

  const database = await openPostgres({ url: postgres.as(superuser, "flagwright", "f"), ownerUrl, onConnectionError });
  const logger = pino({ level: "silent" });
  const made = await firstStart(database, { clock: { now: () => Date.now() }, project: "shop", logger });
  expect(made?.managementKey).toMatch(/^fw_management_/);
  expect(await firstStart(database, { clock: { now: () => Date.now() }, project: "shop", logger })).toBeUndefined();
  const { id } = await database.asOwner((trx) => trx.selectFrom("organization").select("id").executeTakeFirstOrThrow());
  const environments = await database.asOrganization(id, (trx) =>
    trx.selectFrom("environment").select("key").execute(),
  );
  expect(environments).toHaveLength(3);
  expect(await database.asRelay((trx) => trx.selectFrom("outbox").selectAll().execute())).toEqual([]);
  expect(await database.asOwner(readLineage)).toMatch(/^\d+\/[0-9A-F]{8}$/);
  await database.close();
});
