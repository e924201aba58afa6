import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { storeLineage } from "../storage/lineage.ts";
import { bundle, definition, startTestServer, type TestServer } from "../testing/api.ts";
import { followLineage } from "./follow-lineage.ts";

describe.each(["pglite", "postgres"] as const)("the line of history of %s", (kind) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer(kind);
    await server.call("PUT", "projects/shop/definitions", bundle([definition("dark-mode")]));
  });
  afterAll(() => server.close());

  const order = async (): Promise<{ epoch: number; revision: number }> => {
    const { body } = await server.call("GET", "projects/shop/environments/production/flags");
    return { epoch: body.epoch, revision: body.revision };
  };
  const follow = async (restored = false, now = Date.now()): Promise<number> => {
    const raised: string[] = [];
    const logger = pino({ level: "silent" });
    const raise = (id: string): void => void raised.push(id);
    const count = await followLineage(
      { database: server.database, clock: { now: () => now }, logger, raised: raise },
      restored,
    );
    expect(raised).toHaveLength(count);
    return count;
  };

  test("going on, the epoch stays", async () => {
    const before = await order();
    expect(await follow()).toBe(0);
    expect(await order()).toEqual(before);
  });

  test("when it is another, every environment gets a higher epoch and a purge, once", async () => {
    const before = await order();
    await server.database.asOwner((trx) => storeLineage(trx, "another cluster/00000001"));
    // Even with a clock that is far behind the one that made the epoch.
    expect(await follow(false, 1)).toBe(3);
    expect(await order()).toEqual({ epoch: before.epoch + 1, revision: before.revision + 1 });
    expect(await follow()).toBe(0);
    const purges = await server.database.asRelay((trx) =>
      trx.selectFrom("outbox").select(["epoch", "revision"]).where("event", "=", "purge").execute(),
    );
    expect(purges).toHaveLength(3);
    const { body } = await server.call("GET", "audit?limit=1");
    expect(body.items[0]).toMatchObject({ action: "environment.restore", actor: "server" });
    expect((await server.call("GET", "audit/verify")).body.valid).toBe(true);
  });

  test("when somebody says that a backup was put back, likewise", async () => {
    const before = await order();
    expect(await follow(true)).toBe(3);
    expect((await order()).epoch).toBeGreaterThan(before.epoch);
  });

  test("of several nodes that notice at once, one raises", async () => {
    await server.database.asOwner((trx) => storeLineage(trx, "yet another/00000002"));
    const counts = await Promise.all([follow(), follow(), follow()]);
    expect(counts.toSorted()).toEqual([0, 0, 3]);
  });
});
