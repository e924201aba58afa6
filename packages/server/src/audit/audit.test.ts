import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundle, definition, startTestServer, type TestServer } from "../testing/api.ts";

const FLAG = "projects/shop/environments/production/flags/dark-mode";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer("postgres");
  await server.call("PUT", "projects/shop/definitions", bundle([definition("dark-mode")]));
  await server.call(
    "POST",
    `${FLAG}/toggle`,
    { on: true, reason: "launch" },
    { "x-request-id": "req-1", "user-agent": "test/1" },
  );
  await server.call("POST", `${FLAG}/kill`, { reason: "fire" });
  await server.call("POST", `${FLAG}/lift`, {});
});
afterAll(() => server.close());

const verify = async (): Promise<unknown> => (await server.call("GET", "audit/verify")).body;
/** Tampers as only somebody with the database in hand could, looks at the chain, and puts it back. */
async function verifyAfter(tamper: string, mend: string): Promise<unknown> {
  await server.database.asOwner((trx) => sql.raw(tamper).execute(trx));
  const found = await verify();
  await server.database.asOwner((trx) => sql.raw(mend).execute(trx));
  expect(await verify()).toMatchObject({ valid: true });
  return found;
}

test("every change is in the log with actor, request, place, order, before and after", async () => {
  const { body } = await server.call("GET", "audit?limit=10");
  const toggle = body.items.find((item: { action: string }) => item.action === "flag.toggle");
  expect(toggle).toMatchObject({
    target: "dark-mode",
    project: "shop",
    environment: "production",
    revision: 2,
    requestId: "req-1",
    details: {
      actorName: "first management key",
      agent: "test/1",
      address: expect.stringContaining("127.0.0.1"),
      reason: "launch",
      before: { on: false },
      after: { on: true },
    },
  });
  expect(body.items.map((item: { sequence: number }) => item.sequence)).toEqual(
    body.items.map((_: unknown, index: number) => body.items.length - index),
  );
});

test("pages join without a gap", async () => {
  const whole = await server.call("GET", "audit");
  const first = await server.call("GET", "audit?limit=2");
  const second = await server.call("GET", `audit?limit=200&cursor=${first.body.nextCursor}`);
  expect([...first.body.items, ...second.body.items]).toEqual(whole.body.items);
});

test("an untouched chain is valid, counted to its end", async () => {
  const { body } = await server.call("GET", "audit");
  expect(await verify()).toEqual({ valid: true, entries: body.items[0].sequence });
});

test("a changed entry is found, even when its own hash was made anew", async () => {
  const [row] = await server.database.asOwner((trx) =>
    trx.selectFrom("audit_entry").select(["content", "hash"]).where("sequence", "=", 3).execute(),
  );
  const forged = row?.content.replace("definitions.push", "definitions.pull");
  const found = await verifyAfter(
    `update audit_entry set content = '${forged}' where sequence = 3`,
    `update audit_entry set content = '${row?.content}' where sequence = 3`,
  );
  expect(found).toEqual({ valid: false, entries: 2, firstBroken: 3 });
  const rehashed = await verifyAfter(
    `update audit_entry set content = '${forged}', hash = encode(sha256(convert_to(previous_hash || '${forged}', 'UTF8')), 'hex') where sequence = 3`,
    `update audit_entry set content = '${row?.content}', hash = '${row?.hash}' where sequence = 3`,
  );
  expect(rehashed).toEqual({ valid: false, entries: 3, firstBroken: 4 });
});

test("a removed entry, a removed end and a swapped payload are found", async () => {
  const removed = await verifyAfter(
    "create table kept as select * from audit_entry where sequence = 2; delete from audit_entry where sequence = 2",
    "insert into audit_entry select * from kept; drop table kept",
  );
  expect(removed).toEqual({ valid: false, entries: 1, firstBroken: 2 });
  const { entries } = (await verify()) as { entries: number };
  const cut = await verifyAfter(
    `create table kept as select * from audit_entry where sequence = ${entries}; delete from audit_entry where sequence = ${entries}`,
    "insert into audit_entry select * from kept; drop table kept",
  );
  expect(cut).toEqual({ valid: false, entries: entries - 1, firstBroken: entries });
  const swapped = await verifyAfter(
    "create table kept as select * from audit_payload where sequence = 3; update audit_payload set content = '{}' where sequence = 3",
    "update audit_payload set content = (select content from kept) where sequence = 3; drop table kept",
  );
  expect(swapped).toEqual({ valid: false, entries: 2, firstBroken: 3 });
});

test("a payload can be removed, as retention asks, and the chain stays valid", async () => {
  await server.database.asOwner((trx) => trx.deleteFrom("audit_payload").where("sequence", "=", 2).execute());
  expect(await verify()).toMatchObject({ valid: true });
  const { body } = await server.call("GET", "audit");
  expect(body.items.find((item: { sequence: number }) => item.sequence === 2).details).toBeNull();
});
