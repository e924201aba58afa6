import { createClient } from "@flagwright/runtime/node";
import { Redis } from "ioredis";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startRedis, type RedisService } from "../../../../scripts/services/redis.ts";
import { createServer, type RunningServer } from "../server.ts";
import { openPostgres } from "../storage/postgres.ts";
import { startPostgres, type PostgresService } from "../storage/testing/postgres.ts";
import { eventually } from "./testing/bus-contract.ts";
import { startNode } from "./testing/node-process.ts";
import { booleanFlag, Manager } from "./testing/shop.ts";
import { readStream, type SseReader } from "./testing/sse-reader.ts";

/** Two nodes on one PostgreSQL and one Redis. */
let postgres: PostgresService;
let redis: RedisService;
let databaseUrl: string;
let nodes: RunningServer[];
let managers: Manager[];

const settings = () => ({ databaseUrl, redisUrl: redis.url, port: 0, project: "shop", drainMs: 500 });

beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  databaseUrl = await postgres.newDatabase();
  const first = await createServer({ ...settings(), logLevel: "silent" });
  const second = await createServer({ ...settings(), logLevel: "silent" });
  nodes = [first, second];
  const { credentials } = first;
  if (credentials === undefined) throw new Error("a new server has credentials");
  managers = nodes.map((node) => new Manager(node.url, credentials));
  await managers[0]?.push([booleanFlag("checkout"), booleanFlag("search")]);
}, 120_000);
afterAll(async () => {
  await Promise.all(nodes.map((node) => node.close()));
  await Promise.all([postgres.stop(), redis.stop()]);
});

const manager = (index: number): Manager => managers[index] as Manager;
const streamOf = async (index: number): Promise<SseReader> => {
  const reader = await readStream(`${manager(index).url}/sdk/v1/stream`, manager(index).serverKey);
  await reader.until((event) => event.event === "snapshot");
  return reader;
};
const busOf = async (index: number): Promise<{ up: boolean }> => {
  const answer = await fetch(`${manager(index).url}/readyz`);
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { bus: { up: boolean } }).bus;
};
const idOf = ({ epoch, revision }: { epoch: number; revision: number }): string => `${epoch}-${revision}`;

/** Sooner than any node asks the database by itself. */
const BY_BUS_MS = 3_000;

describe("two nodes", () => {
  test("a change and a kill at one reach the clients of the other by the bus", async () => {
    const reader = await streamOf(1);
    const changed = await manager(0).toggle("checkout", true);
    await reader.until((event) => event.id === idOf(changed), BY_BUS_MS);
    const killed = await manager(0).kill("checkout");
    await reader.until((event) => event.event === "kill", BY_BUS_MS);
    await reader.until((event) => event.id === idOf(killed), BY_BUS_MS);
    reader.close();
  });

  test("changes made at both at the same time come to both in one order, without a gap", async () => {
    const readers = [await streamOf(0), await streamOf(1)];
    const made = await Promise.all(
      Array.from({ length: 40 }, (_, index) => manager(index % 2).toggle("search", index % 3 === 0)),
    );
    const last = Math.max(...made.map((each) => each.revision));
    for (const reader of readers) {
      await reader.until((event) => (event.data as { to?: number }).to === last);
      let at = (reader.events[0] as { data: { revision: number } }).data.revision;
      for (const { event, data } of reader.events.slice(1)) {
        expect(event).toBe("patch");
        expect((data as { from: number }).from).toBe(at);
        at = (data as { to: number }).to;
      }
      expect(at).toBe(last);
      reader.close();
    }
  });

  test("a key revoked at one ends its streams at the other", async () => {
    const { project } = manager(0).credentials;
    const made = await manager(0).call("POST", `projects/${project}/keys`, {
      kind: "server",
      name: "short-lived",
      environment: "development",
    });
    const { id, key } = made.body as { id: string; key: string };
    const reader = await readStream(`${manager(1).url}/sdk/v1/stream`, key);
    await reader.until((event) => event.event === "snapshot");
    await manager(0).call("DELETE", `projects/${project}/keys/${id}`);
    await reader.ended;
    expect(reader.status).toBe(200);
  });

  test("an environment deleted at one ends its streams at both, its keys are refused, and Redis forgets it", async () => {
    const { project } = manager(0).credentials;
    const path = `projects/${project}/environments`;
    const created = await manager(0).call("POST", path, { key: "passing" });
    expect(created.status).toBe(201);
    const { body } = await manager(0).call("POST", `projects/${project}/keys`, {
      kind: "server",
      name: "passing",
      environment: "passing",
    });
    const { key } = body as { key: string };
    const readers = await Promise.all(managers.map(({ url }) => readStream(`${url}/sdk/v1/stream`, key)));
    for (const reader of readers) await reader.until((event) => event.event === "snapshot");
    const client = createClient({ url: manager(1).url, key, logger: null, report: false });
    await client.ready;
    const direct = new Redis(redis.url);
    const kept = (): Promise<string[]> => direct.keys("fw:*:passing}:*");
    try {
      const passing = new Manager(manager(0).url, manager(0).credentials, "passing");
      const { revision } = await passing.toggle("checkout", true);
      await expect.poll(kept, { timeout: 10_000 }).toHaveLength(2);

      expect((await manager(0).call("DELETE", `${path}/passing`)).status).toBe(204);
      for (const reader of readers) {
        await reader.until((event) => event.event === "gone", BY_BUS_MS);
        await reader.ended;
      }
      await expect.poll(() => client.status.error?.message).toBe("The environment was deleted.");
      expect(client.status.revision).toBe(revision);
      await expect.poll(kept, { timeout: 10_000 }).toEqual([]);
      for (const { url } of managers)
        await expect
          .poll(async () => (await readStream(`${url}/sdk/v1/stream`, key)).status, { timeout: BY_BUS_MS })
          .toBe(401);
      await expect(passing.toggle("checkout", false)).rejects.toThrow("404");
      const { body: audit } = await manager(0).call("GET", "audit?limit=1");
      expect(audit).toMatchObject({ items: [{ action: "environment.delete", target: "passing" }] });

      const again = await manager(0).call("POST", path, { key: "passing" });
      expect(again.status).toBe(201);
      const { epoch } = again.body as { epoch: number };
      expect(epoch).toBeGreaterThan((created.body as { epoch: number }).epoch);
    } finally {
      direct.disconnect();
      await client.close();
    }
  });

  test("a node that has not heard of the deletion finds out by asking the database", async () => {
    const { project } = manager(0).credentials;
    const { body } = await manager(0).call("POST", `projects/${project}/keys`, {
      kind: "server",
      name: "staging",
      environment: "staging",
    });
    const reader = await readStream(`${manager(1).url}/sdk/v1/stream`, (body as { key: string }).key);
    await reader.until((event) => event.event === "snapshot");
    await postgres.run(databaseUrl, "update environment set deleted_at = now() where key = 'staging'");
    await reader.until((event) => event.event === "gone");
    await reader.ended;
    await postgres.run(databaseUrl, "update environment set deleted_at = null where key = 'staging'");
  });

  test("while Redis is down changes and kills still reach everybody, and each node says that it is down", async () => {
    const readers = [await streamOf(0), await streamOf(1)];
    await redis.kill();
    await expect.poll(async () => (await busOf(0)).up || (await busOf(1)).up, { timeout: 10_000 }).toBe(false);
    const changed = await manager(0).toggle("search", true);
    const killed = await manager(1).kill("search");
    for (const reader of readers) {
      await reader.until(
        (event) => event.id === idOf(killed) || (event.data as { to?: number }).to === killed.revision,
      );
      expect(reader.events.some((event) => ((event.data as { to?: number }).to ?? 0) >= changed.revision)).toBe(true);
    }
    await redis.start();
    await expect.poll(async () => (await busOf(0)).up && (await busOf(1)).up, { timeout: 20_000 }).toBe(true);
    const after = await manager(0).toggle("checkout", false);
    for (const reader of readers) {
      await reader.until((event) => event.id === idOf(after));
      reader.close();
    }
  }, 60_000);

  test("a transaction that took its number early and commits late is not passed over", async () => {
    const database = await openPostgres({ url: databaseUrl, onConnectionError: () => {} });
    try {
      const reader = await streamOf(1);
      const { epoch, revision } = (reader.events[0] as { data: { epoch: number; revision: number } }).data;
      const [scope] = (await postgres.run(
        databaseUrl,
        "select e.id, e.organization_id from environment e where e.key = 'development'",
      )) as [{ id: string; organization_id: string }];
      const data = { format: 1, epoch, from: revision, to: revision + 1, put: { flags: [], segments: [] } };
      const late = database.asOwner(async (trx) => {
        await trx
          .insertInto("outbox")
          .values({
            organization_id: scope.organization_id,
            environment_id: scope.id,
            epoch,
            revision: revision + 1,
            event: "patch",
            payload: JSON.stringify({ ...data, delete: { flags: [], segments: [] } }),
            created_at: new Date(),
          })
          .execute();
        await trx
          .updateTable("environment")
          .set({ revision: revision + 1 })
          .where("id", "=", scope.id)
          .execute();
        // Meanwhile another environment takes a higher number, commits, and is relayed.
        const staging = new Manager(manager(0).url, manager(0).credentials, "staging");
        const other = await staging.toggle("checkout", true);
        const there = await readStream(`${staging.url}/sdk/v1/stream`, staging.serverKey);
        await there.until((event) => event.id === idOf(other));
        there.close();
      });
      await late;
      await reader.until((event) => (event.data as { to?: number }).to === revision + 1);
      await expect
        .poll(() => postgres.run(databaseUrl, "select id from outbox where relayed_at is null"), { timeout: 10_000 })
        .toEqual([]);
      reader.close();
    } finally {
      await database.close();
    }
  });
});

describe("a node that is killed", () => {
  test("in the middle of changes loses none that it acknowledged, and the other goes on", async () => {
    const reader = await streamOf(1);
    const acknowledged: number[] = [];
    for (let life = 0; life < 2; life++) {
      const { child, url } = await startNode({ PORT: "0", DATABASE_URL: databaseUrl, REDIS_URL: redis.url });
      const doomed = new Manager(url, manager(0).credentials);
      let dead = false;
      const changing = Array.from({ length: 4 }, async () => {
        for (let turn = 0; !dead && turn < 200; turn++)
          try {
            acknowledged.push((await doomed.toggle("checkout", turn % 2 === 0)).revision);
          } catch {
            return;
          }
      });
      await eventually(() => acknowledged.length > 20 * (life + 1));
      child.kill("SIGKILL");
      await once(child, "exit");
      dead = true;
      await Promise.all(changing);
    }
    const last = await manager(1).toggle("checkout", true);
    await reader.until((event) => (event.data as { to?: number }).to === last.revision);
    let at = (reader.events[0] as { data: { revision: number } }).data.revision;
    expect(last.revision).toBeGreaterThan(Math.max(...acknowledged));
    for (const { event, data } of reader.events.slice(1))
      if (event === "patch") {
        expect((data as { from: number }).from).toBe(at);
        at = (data as { to: number }).to;
      }
    expect(at).toBe(last.revision);
    expect(new Set(acknowledged).size).toBe(acknowledged.length);
    reader.close();
  }, 60_000);
});
