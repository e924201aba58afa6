import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type RedisService, startRedis } from "../../../../scripts/services/redis.ts";
import type { Client } from "../client/client.ts";
import type { ClientError } from "../client/client-error.ts";
import { systemHost } from "../client/host.ts";
import { type ClientOptions, createClient, type ServerOptions } from "../client/node-client.ts";
import { banner, bannerFlag, checkoutFlag, newCheckout, patchOf, snapshotOf } from "../client/testing/flags.ts";
import type { Snapshot } from "../snapshot/model.ts";
import { RedisSource } from "./redis-source.ts";
import { events, startStreamServer, event } from "./testing/stream-server.ts";

const STREAM = "fw:{acme:shop:production}:stream";
const SNAPSHOT = "fw:{acme:shop:production}:snapshot";
const place = { organization: "acme", project: "shop", environment: "production" };
/** Real waits at the short end of their jitter, and a clock that runs ten times as fast: checks come sooner. */
const host = { ...systemHost, random: (): number => 0.05, now: (): number => Date.now() * 10 };

let redis: RedisService;
let direct: Redis;
const cleanups: (() => Promise<void>)[] = [];

beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());
beforeEach(async () => {
  direct = new Redis(redis.url);
  await direct.flushall();
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  direct.disconnect();
});

/** As a server leaves it. */
async function remember(snapshot: Snapshot): Promise<void> {
  const { epoch, revision } = snapshot;
  await direct.hset(SNAPSHOT, { epoch, revision, data: JSON.stringify(snapshot) });
}
async function announce(name: string, epoch: number, revision: number, data: unknown): Promise<void> {
  await direct.xadd(STREAM, "*", "event", name, "epoch", epoch, "revision", revision, "data", JSON.stringify(data));
}

function startClient(): { client: Client; failures: ClientError[] } {
  const source = new RedisSource({ client: direct, ...place }, host);
  const client = createClient({ source, host, logger: null });
  cleanups.push(() => client.close());
  const failures: ClientError[] = [];
  client.on("error", (error) => failures.push(error));
  return { client, failures };
}

function until(client: Client, when: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (when()) resolve();
    };
    client.on("changed", look);
    client.on("error", look);
    look();
  });
}

describe("daemon mode", () => {
  test("the snapshot, and the entries that came after it, whatever the stream held before", async () => {
    await announce("patch", 1, 2, patchOf(1, 2, [bannerFlag("zwei")]));
    await announce("patch", 1, 3, patchOf(2, 3, [bannerFlag("drei")]));
    await announce("patch", 1, 4, patchOf(3, 4, [bannerFlag("vier")]));
    await remember(snapshotOf(3, [bannerFlag("drei"), checkoutFlag(true)]));
    const { client, failures } = startClient();
    await until(client, () => client.get(banner) === "vier");
    const killed = { at: "2026-01-01T00:00:00Z", by: "kim", reason: "incident" };
    await announce("kill", 1, 5, { epoch: 1, revision: 5, flag: "new-checkout", killed });
    await until(client, () => !client.get(newCheckout, { targetingKey: "u" }));
    await announce("purge", 2, 0, { snapshot: snapshotOf(0, [bannerFlag("rein")], 2) });
    await until(client, () => client.get(banner) === "rein");
    expect([client.status.epoch, failures]).toEqual([2, []]);
  });

  test("a gap is healed by the snapshot, which may come a moment later", async () => {
    await remember(snapshotOf(1, [bannerFlag("eins")]));
    const { client, failures } = startClient();
    await client.ready;
    await announce("patch", 1, 6, patchOf(5, 6, [bannerFlag("sechs")]));
    setTimeout(() => void remember(snapshotOf(6, [bannerFlag("sechs")])), 300);
    await until(client, () => client.get(banner) === "sechs");
    expect(failures).toEqual([]);
  });

  test("an entry that cannot be read costs a snapshot, not the flags", async () => {
    await remember(snapshotOf(1, [bannerFlag("eins")]));
    const { client } = startClient();
    await client.ready;
    await direct.xadd(STREAM, "*", "event", "patch", "data", "{broken");
    await remember(snapshotOf(2, [bannerFlag("zwei")]));
    await until(client, () => client.get(banner) === "zwei");
  });
});

test("a user that may read these keys and nothing else is enough, as the guide says", async () => {
  const guide = readFileSync(fileURLToPath(new URL("../../../../docs/guide/client.md", import.meta.url)), "utf8");
  const rules = "%R~fw:* +xread +xrevrange +hget +hmget +info";
  expect(guide).toContain(rules);
  await direct.acl("SETUSER", "daemon", "on", ">secret", ...rules.split(" "));
  await remember(snapshotOf(1, [bannerFlag("eins")]));
  const user = new Redis(redis.url, { username: "daemon", password: "secret" });
  const source = new RedisSource({ client: user, ...place }, host);
  const client = createClient({ source, host, logger: null });
  cleanups.push(async () => user.disconnect());
  cleanups.push(() => client.close());
  const failures: ClientError[] = [];
  client.on("error", (error) => failures.push(error));
  await client.ready;
  await announce("patch", 1, 2, patchOf(1, 2, [bannerFlag("zwei")]));
  await until(client, () => client.get(banner) === "zwei");
  // Checks come every half a second here.
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  expect(failures).toEqual([]);
});

describe("Redis that forgets or fails", () => {
  test("flushed: the flags stay, it is told, and what is written anew is read", async () => {
    await remember(snapshotOf(1, [bannerFlag("eins")]));
    for (let revision = 2; revision < 5; revision++)
      await announce("patch", 1, revision, patchOf(revision - 1, revision, []));
    const { client, failures } = startClient();
    await until(client, () => client.status.revision === 4);
    await direct.flushall();
    await until(client, () => failures.some(({ code }) => code === "NOT_FOUND"));
    expect(client.get(banner)).toBe("eins");
    await remember(snapshotOf(9, [bannerFlag("neun")]));
    await until(client, () => client.get(banner) === "neun");
  });

  test("stopped with connections open: noticed, told, and read again when it goes on", async () => {
    await remember(snapshotOf(1, [bannerFlag("eins")]));
    const { client, failures } = startClient();
    await client.ready;
    redis.pause();
    await until(client, () => failures.some(({ message }) => message.includes("no answer within")));
    redis.resume();
    await announce("patch", 1, 2, patchOf(1, 2, [bannerFlag("zwei")]));
    await until(client, () => client.get(banner) === "zwei");
  });

  test("the server helps out while Redis has nothing, and Redis takes over when it has", async () => {
    const server = await startStreamServer(events(event("snapshot", snapshotOf(3, [bannerFlag("drei")]), "1-3")));
    cleanups.push(server.close);
    const options: ClientOptions & ServerOptions = {
      url: server.url,
      key: "k",
      host,
      logger: null,
      redis: { client: direct, ...place },
    };
    const client = createClient(options);
    cleanups.push(() => client.close());
    await until(client, () => client.get(banner) === "drei");
    await remember(snapshotOf(4, [bannerFlag("vier")]));
    await until(client, () => client.get(banner) === "vier");
    while (server.open.length > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(client.status.state).toBe("ready");
  });
});
