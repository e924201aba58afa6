import type { defineFlag } from "@flagwright/runtime/codegen/v1";
import type { createClient } from "@flagwright/runtime/node";
import { schemaHash } from "@flagwright/schema";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createServer, type RunningServer } from "../server.ts";
import { booleanFlag, Manager } from "./testing/shop.ts";

/** Services are deployed for years; the kill switch must reach builds that nobody can make any more. */
const EARLIER = new URL("client/fixtures/sdk-eaa6bf8/node.js", import.meta.resolve("@flagwright/runtime/node"));

interface Build {
  readonly createClient: typeof createClient;
  readonly defineFlag: typeof defineFlag;
}

let server: RunningServer;
let manager: Manager;
let build: Build;
let client: ReturnType<Build["createClient"]>;
const ENVIRONMENT = "projects/shop/environments/development";
const user = { targetingKey: "u" };

beforeAll(async () => {
  server = await createServer({ port: 0, project: "shop", drainMs: 500, maxEventLoopDelayMs: 0, logLevel: "silent" });
  if (server.credentials === undefined) throw new Error("a new server has credentials");
  manager = new Manager(server.url, server.credentials);
  await manager.push([booleanFlag("checkout"), booleanFlag("checkout", { version: 2 }), booleanFlag("search")]);
  build = (await import(EARLIER.href)) as Build;
  client = build.createClient({ url: server.url, key: manager.serverKey, service: "old-till" });
  await client.ready;
});
afterAll(async () => {
  await client.close();
  await server.close();
});

const hash = schemaHash({ type: "boolean" });
/** As the code that was generated then asks. */
const served = (key: string, version = 1): unknown => {
  const data = { key, version, type: "boolean", hash, default: false } as const;
  return client.get(build.defineFlag<boolean, { targetingKey: string }>(data), user);
};
const set = (key: string, state: object) =>
  manager.call(
    "PUT",
    `${ENVIRONMENT}/flags/${key}`,
    { state: { on: true, variants: [], targets: [], rules: [], otherwise: { variant: "on" }, ...state } },
    { "if-match": "*" },
  );
const receiptOf = async (body: unknown): Promise<unknown> => {
  const { epoch, revision } = body as { readonly epoch: number; readonly revision: number };
  const waiting = { epoch, revision, clients: 1, timeoutMs: 10_000 };
  return (await manager.call("POST", `${ENVIRONMENT}/receipts`, waiting)).body;
};
const everybody = { connected: 1, applied: 1, complete: true };

describe("a client of an earlier build", () => {
  test("is told what is set, killed and lifted, and its receipts are counted", async () => {
    expect(served("checkout")).toBe(false);
    const changed = await set("checkout", {});
    expect(await receiptOf(changed.body)).toMatchObject(everybody);
    expect(served("checkout")).toBe(true);

    await set("checkout@2", {});
    const killed = await manager.kill("checkout", "fire");
    expect(await receiptOf(killed)).toMatchObject(everybody);
    expect([served("checkout"), served("checkout@2", 2)]).toEqual([false, false]);

    const lifted = await manager.call("POST", `${ENVIRONMENT}/flags/checkout/lift`, {});
    expect(await receiptOf(lifted.body)).toMatchObject(everybody);
    expect([served("checkout"), served("checkout@2", 2)]).toEqual([true, true]);
  });

  test("drops what it has when caches are purged, and follows the epoch after it", async () => {
    await set("search", {});
    const purged = await manager.call("POST", `${ENVIRONMENT}/purge`, { reason: "drill" });
    expect(await receiptOf(purged.body)).toMatchObject(everybody);
    expect(served("search")).toBe(true);
    expect(await receiptOf(await manager.kill("search"))).toMatchObject(everybody);
    expect(served("search")).toBe(false);
  });
});
