import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { startRedis, type RedisService } from "../../../../scripts/services/redis.ts";
import { createServer, type RunningServer } from "../server.ts";
import { startPostgres, type PostgresService } from "../storage/testing/postgres.ts";
import { startNode, type NodeProcess } from "./testing/node-process.ts";
import { booleanFlag, Manager, type Answer } from "./testing/shop.ts";
import { readStream } from "./testing/sse-reader.ts";

/** A node of the region eu here, and one of us in a process of its own, so that it can be stopped. */
let postgres: PostgresService;
let redis: RedisService;
let here: RunningServer;
let there: NodeProcess;
let manager: Manager;

beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  const databaseUrl = await postgres.newDatabase();
  const shared = { databaseUrl, redisUrl: redis.url, port: 0, project: "shop", drainMs: 500, maxEventLoopDelayMs: 0 };
  here = await createServer({ ...shared, region: "eu", logLevel: "silent" });
  if (here.credentials === undefined) throw new Error("a new server has credentials");
  manager = new Manager(here.url, here.credentials);
  await manager.push([booleanFlag("checkout"), booleanFlag("checkout", { version: 2 }), booleanFlag("search")]);
  there = await startNode({ PORT: "0", DATABASE_URL: databaseUrl, REDIS_URL: redis.url, REGION: "us" });
}, 120_000);
afterEach(() => void there.child.kill("SIGCONT"));
afterAll(async () => {
  await Promise.all([there.kill(), here.close()]);
  await Promise.all([postgres.stop(), redis.stop()]);
});

const ENVIRONMENT = "projects/shop/environments/development";
interface Order {
  readonly epoch: number;
  readonly revision: number;
}
interface Item extends Order {
  readonly action: string;
  readonly target: string;
  readonly details: { readonly after: unknown };
}
const waitFor = ({ epoch, revision }: Order, wanted: object): Promise<Answer> =>
  manager.call("POST", `${ENVIRONMENT}/receipts`, { epoch, revision, regions: ["eu", "us"], ...wanted });
const flagOf = async (key: string): Promise<Record<string, unknown>> =>
  (await manager.call("GET", `${ENVIRONMENT}/flags/${key}`)).body as Record<string, unknown>;
const audit = async (limit: number): Promise<readonly Item[]> =>
  ((await manager.call("GET", `audit?limit=${limit}`)).body as { readonly items: readonly Item[] }).items;
const bothAnswer = async (): Promise<void> => {
  const order = await manager.toggle("search", true);
  expect((await waitFor(order, { timeoutMs: 20_000 })).body).toMatchObject({ complete: true });
};
const NOT_LONG = { timeoutMs: 600 };

describe("waiting for regions", () => {
  test("is confirmed when every region has it, asked by name or by number", async () => {
    await bothAnswer();
    const order = await manager.toggle("checkout", true);
    expect((await waitFor(order, { timeoutMs: 20_000 })).body).toMatchObject({
      complete: true,
      regions: { confirmed: ["eu", "us"], missing: [] },
    });
    expect((await waitFor(order, { regions: 2, timeoutMs: 20_000 })).body).not.toHaveProperty("rollback");
  }, 60_000);

  test("a region that does not answer leaves the change standing and unconfirmed", async () => {
    await bothAnswer();
    there.child.kill("SIGSTOP");
    const killed = await manager.kill("search", "fire");
    expect((await waitFor(killed, NOT_LONG)).body).toMatchObject({
      complete: false,
      regions: { confirmed: ["eu"], missing: ["us"] },
    });
    expect(await flagOf("search")).toMatchObject({ revision: killed.revision, killed: { reason: "fire" } });
    expect((await audit(1))[0]).toMatchObject({
      action: "receipt",
      revision: killed.revision,
      details: { after: { complete: false } },
    });
    // It has it once it is back.
    there.child.kill("SIGCONT");
    expect((await waitFor(killed, { timeoutMs: 20_000 })).body).toMatchObject({ complete: true });
    await manager.call("POST", `${ENVIRONMENT}/flags/search/lift`, {});
  }, 60_000);

  test("asked to roll back, a new revision restores what was there, and clients of the other region follow", async () => {
    await bothAnswer();
    const before = await flagOf("search");
    const reader = await readStream(`${manager.url}/sdk/v1/stream`, manager.serverKey);
    await reader.until((event) => event.event === "snapshot");
    there.child.kill("SIGSTOP");
    const wanted = { on: false, variants: [], targets: [], rules: [], otherwise: { variant: "off" } };
    const put = await manager.call("PUT", `${ENVIRONMENT}/flags/search`, { state: wanted }, { "if-match": "*" });
    const changed = put.body as Order;
    await reader.until((event) => event.id === `${changed.epoch}-${changed.revision}`);

    const { status, body } = await waitFor(changed, { ...NOT_LONG, rollback: "search" });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      complete: false,
      rollback: { done: true, flags: ["search"], epoch: changed.epoch, revision: changed.revision + 1 },
    });
    const after = await flagOf("search");
    expect(after["state"]).toEqual(before["state"]);
    expect(after["configuration"]).toEqual(before["configuration"]);
    const patch = await reader.until((event) => event.id === `${changed.epoch}-${changed.revision + 1}`);
    expect(patch.data).toMatchObject({ put: { flags: [before["configuration"]] } });
    expect(await audit(2)).toMatchObject([
      { action: "receipt", details: { after: { complete: false, rollback: { done: true } } } },
      { action: "flag.rollback", target: "search", revision: changed.revision + 1 },
    ]);
    expect((await manager.call("GET", "audit/verify")).body).toMatchObject({ valid: true });
    reader.close();

    there.child.kill("SIGCONT");
    await bothAnswer();
  }, 60_000);

  test("a kill of all versions is rolled back in all of them, and clients lift it", async () => {
    await bothAnswer();
    const reader = await readStream(`${manager.url}/sdk/v1/stream`, manager.serverKey);
    there.child.kill("SIGSTOP");
    const killed = await manager.kill("checkout", "fire");
    const { body } = await waitFor(killed, { ...NOT_LONG, rollback: "checkout" });
    expect(body).toMatchObject({ rollback: { done: true, flags: ["checkout", "checkout@2"] } });
    expect(await flagOf("checkout@2")).not.toHaveProperty("killed");
    const lifts = reader.until(
      ({ event, data }) => event === "kill" && (data as { killed: unknown; flag: string }).killed === null,
    );
    expect((await lifts).data).toMatchObject({ revision: killed.revision + 1, killed: null });
    reader.close();
  }, 60_000);

  test("what somebody has changed since is not rolled back, and the answer says who did", async () => {
    await bothAnswer();
    there.child.kill("SIGSTOP");
    const first = await manager.toggle("search", false);
    const waiting = waitFor(first, { timeoutMs: 1_500, rollback: "search" });
    const second = await manager.kill("search", "somebody else");
    expect((await waiting).body).toMatchObject({
      complete: false,
      rollback: {
        done: false,
        flags: ["search"],
        why: `first management key has changed search since, in revision ${second.revision}; that stands.`,
      },
    });
    expect(await flagOf("search")).toMatchObject({ revision: second.revision, state: { on: false } });
    expect((await audit(1))[0]).toMatchObject({ action: "receipt", details: { after: { rollback: { done: false } } } });
  }, 60_000);

  test("what cannot be rolled back is refused at once: a purge, another's revision, no flag", async () => {
    const purged = (await manager.call("POST", `${ENVIRONMENT}/purge`, { reason: "test" })).body as Order;
    const started = await waitFor(purged, { timeoutMs: 30_000, rollback: "search" });
    expect([started.status, (started.body as { code: string }).code]).toEqual([409, "NOT_REVERSIBLE"]);
    const toggled = await manager.toggle("checkout", false);
    expect((await waitFor(toggled, { ...NOT_LONG, rollback: "search" })).status).toBe(409);
    expect((await waitFor(toggled, { ...NOT_LONG, rollback: "checkout@2" })).status).toBe(409);
    expect((await waitFor(toggled, { ...NOT_LONG, rollback: "" })).status).toBe(422);
  });
});
