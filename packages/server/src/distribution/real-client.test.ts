import { createClient, type Client } from "@flagwright/runtime/node";
import { defineFlag } from "@flagwright/runtime/codegen/v1";
import { schemaHash } from "@flagwright/schema";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort } from "../../../../scripts/services/redis.ts";
import { createServer, type RunningServer } from "../server.ts";
import type { Database } from "../storage/database.ts";
import { openPglite } from "../storage/pglite.ts";
import { booleanFlag, Manager } from "./testing/shop.ts";

/** The SDK itself, on a server that goes away and comes back with nothing in memory. */
let database: Database;
let port: number;
let server: RunningServer;
let manager: Manager;
let client: Client;

const checkout = defineFlag<boolean, { targetingKey?: string }>({
  key: "checkout",
  version: 1,
  type: "boolean",
  hash: schemaHash({ type: "boolean" }),
  default: false,
});
const start = (): Promise<RunningServer> =>
  createServer({ port, project: "shop", logLevel: "silent", drainMs: 500 }, { database });

beforeAll(async () => {
  database = await openPglite(undefined);
  port = await freePort();
  server = await start();
  if (server.credentials === undefined) throw new Error("a new server has credentials");
  manager = new Manager(server.url, server.credentials);
  await manager.push([booleanFlag("checkout", { requires: [] })]);
  client = await createClient({ url: server.url, key: manager.serverKey, service: "shop" });
  await client.ready;
});
afterAll(async () => {
  await client.close();
  await server.close();
  await database.close();
});

const ENVIRONMENT = "projects/shop/environments/development";
const readers = async (): Promise<unknown> =>
  ((await manager.call("GET", `${ENVIRONMENT}/clients`)).body as { items: { readers: unknown }[] }).items[0]?.readers;
const receiptOf = async ({ epoch, revision }: { epoch: number; revision: number }): Promise<unknown> =>
  (await manager.call("POST", `${ENVIRONMENT}/receipts`, { epoch, revision, clients: 1, timeoutMs: 20_000 })).body;

test("the client says who it is, and its receipt of a kill comes by itself", async () => {
  await expect
    .poll(readers, { timeout: 20_000 })
    .toEqual([expect.objectContaining({ service: "shop", clients: 1, flags: expect.any(Number) })]);
  const killed = await manager.kill("checkout");
  expect(await receiptOf(killed)).toMatchObject({ connected: 1, applied: 1, complete: true });
  expect(client.get(checkout, {})).toBe(false);
}, 60_000);

test("a node that has lost its memory asks again for the schemas, and a purge has its receipt too", async () => {
  await server.close();
  server = await start();
  // Whatever changes is reported soon, and the answer asks for what is missing.
  await manager.toggle("checkout", true);
  await expect
    .poll(readers, { timeout: 30_000, interval: 200 })
    .toEqual([expect.objectContaining({ flags: expect.toSatisfy((flags: number) => flags > 0) })]);
  const { body } = await manager.call("POST", `${ENVIRONMENT}/purge`, { reason: "test" });
  expect(await receiptOf(body as { epoch: number; revision: number })).toMatchObject({ applied: 1, complete: true });
}, 90_000);
