import { afterAll, beforeAll, expect, test } from "vitest";
import { createServer, type RunningServer } from "../server.ts";
import { bundle, definition, type Reply } from "../testing/api.ts";
import { startPostgres, type PostgresService } from "./testing/postgres.ts";

let postgres: PostgresService;
let server: RunningServer;
beforeAll(async () => {
  postgres = await startPostgres();
  const databaseUrl = await postgres.newDatabase();
  server = await createServer({ port: 0, project: "shop", logLevel: "silent", drainMs: 500, databaseUrl });
  await call("PUT", "projects/shop/definitions", bundle(["a", "b", "c"].map((key) => definition(key))));
});
afterAll(async () => {
  await server.close();
  await postgres.stop();
});

const LIVE = "projects/shop/environments/production";

async function call(method: string, path: string, body?: unknown): Promise<Pick<Reply, "status" | "body">> {
  const answer = await fetch(`${server.url}/api/v1/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${server.credentials?.managementKey}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: await answer.json() };
}

const answers = (): Promise<unknown> =>
  expect.poll(async () => (await call("GET", `${LIVE}/flags`)).status, { timeout: 20_000 }).toBe(200);

test("PostgreSQL killed in the middle of changes: what was acknowledged stands, the rest got 503", async () => {
  const acknowledged: { readonly key: string; readonly version: number; readonly revision: number }[] = [];
  const others = new Set<number>();
  for (let kill = 0; kill < 3; kill++) {
    let goOn = true;
    const worker = async (key: string): Promise<void> => {
      for (let turn = 0; goOn; turn++) {
        const { status, body } = await call("POST", `${LIVE}/flags/${key}/toggle`, { on: turn % 2 === 0 });
        if (status === 200) acknowledged.push({ key, version: body.version, revision: body.revision });
        else others.add(status);
      }
    };
    const enough = acknowledged.length + 15;
    const working = Promise.all(["a", "b", "c"].map(worker));
    await expect.poll(() => acknowledged.length, { timeout: 20_000, interval: 5 }).toBeGreaterThan(enough);
    await postgres.kill();
    await expect.poll(() => others.size, { timeout: 20_000 }).toBeGreaterThan(0);
    goOn = false;
    await working;
    await postgres.start();
    await answers();
  }
  expect([...others]).toEqual([503]);
  const { body } = await call("GET", `${LIVE}/flags`);
  expect(body.revision).toBeGreaterThanOrEqual(Math.max(...acknowledged.map((change) => change.revision)));
  for (const key of ["a", "b", "c"]) {
    const versions = new Map<number, number>();
    for (let cursor = ""; cursor !== "end";) {
      const page = await call("GET", `${LIVE}/flags/${key}/history?limit=200${cursor && `&cursor=${cursor}`}`);
      for (const item of page.body.items) versions.set(item.version, item.revision);
      cursor = page.body.nextCursor ?? "end";
    }
    for (const change of acknowledged.filter((one) => one.key === key))
      expect(versions.get(change.version)).toBe(change.revision);
  }
  expect((await call("GET", "audit/verify")).body).toMatchObject({ valid: true });
});

test("PostgreSQL going on in a new timeline: a server that stayed up raises every epoch by itself", async () => {
  const before = (await call("GET", `${LIVE}/flags`)).body;
  await postgres.kill();
  postgres.recoverOnStart();
  await postgres.start();
  await expect
    .poll(async () => (await call("GET", `${LIVE}/flags`)).body.epoch ?? 0, { timeout: 30_000 })
    .toBeGreaterThan(before.epoch);
  const { body } = await call("GET", "audit?limit=3");
  expect(body.items.map((item: { action: string }) => item.action)).toEqual([1, 2, 3].map(() => "environment.restore"));
  expect((await call("POST", `${LIVE}/flags/a/toggle`, { on: true })).status).toBe(200);
});
