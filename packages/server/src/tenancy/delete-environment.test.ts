import { Redis } from "ioredis";
import { expect, test } from "vitest";
import { startRedis } from "../../../../scripts/services/redis.ts";
import { createServer } from "../server.ts";
import { openPglite } from "../storage/pglite.ts";

test("Redis forgets a deleted environment that this node has not had open since it started", async () => {
  const redis = await startRedis();
  const database = await openPglite(undefined);
  const direct = new Redis(redis.url);
  const kept = (): Promise<string[]> => direct.keys("fw:*:passing}:*");
  const start = (): ReturnType<typeof createServer> =>
    createServer({ port: 0, project: "shop", logLevel: "silent", redisUrl: redis.url, drainMs: 100 }, { database });
  let server = await start();
  const key = server.credentials?.managementKey ?? "";
  const call = (method: string, path: string, body?: object): Promise<Response> =>
    fetch(`${server.url}/api/v1/projects/shop/environments${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        "idempotency-key": method,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  try {
    expect((await call("POST", "", { key: "passing" })).status).toBe(201);
    await expect.poll(kept, { timeout: 10_000 }).toHaveLength(2);
    await server.close();
    server = await start();
    expect((await call("DELETE", "/passing")).status).toBe(204);
    await expect.poll(kept, { timeout: 5_000 }).toEqual([]);
    // Repeated, since the answer was lost.
    expect((await call("DELETE", "/passing")).status).toBe(204);
  } finally {
    await server.close();
    direct.disconnect();
    await database.close();
    await redis.stop();
  }
});
