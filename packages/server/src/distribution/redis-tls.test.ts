import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createTestAuthority, type TestAuthority } from "../../../../scripts/services/certificates.ts";
import { startRedis, type RedisService } from "../../../../scripts/services/redis.ts";
import { createServer, type RunningServer } from "../server.ts";
import type { Database } from "../storage/database.ts";
import { openPglite } from "../storage/pglite.ts";
import type { Credentials } from "../tenancy/first-start.ts";
import { createRedisBus } from "./redis-bus.ts";
import { announcement, busContract, eventually, production } from "./testing/bus-contract.ts";
import { ACL_RULES } from "./testing/redis-acl.ts";
import { booleanFlag, Manager } from "./testing/shop.ts";
import { readStream } from "./testing/sse-reader.ts";
import { systemTiming } from "./timing.ts";

let authority: TestAuthority;
let stranger: TestAuthority;
const started: RedisService[] = [];
const cleanups: (() => Promise<void>)[] = [];

/** TLS alone, and a user that may do what is documented and nothing else. */
async function startTls(host: string, valid: "now" | "expired" = "now", rules = ACL_RULES): Promise<RedisService> {
  const { cert, key } = await authority.issue(host, valid);
  const tls = ["--tls-cert-file", cert, "--tls-key-file", key, "--tls-auth-clients", "no"];
  const users = ["--user", "flagwright", "on", ">secret", ...rules.split(" "), "--user", "default", "off"];
  const redis = await startRedis((port) => ["--port", "0", "--tls-port", `${port}`, ...tls, ...users]);
  started.push(redis);
  return redis;
}
const asUser = ({ port }: RedisService, user = "flagwright:secret"): string => `rediss://${user}@127.0.0.1:${port}`;

let good: RedisService;
let database: Database;
let credentials: Credentials;
beforeAll(async () => {
  [authority, stranger] = await Promise.all([createTestAuthority(), createTestAuthority()]);
  [good, database] = await Promise.all([startTls("127.0.0.1"), openPglite(undefined)]);
  const server = await createServer({ port: 0, project: "shop", logLevel: "silent", drainMs: 100 }, { database });
  credentials = server.credentials as Credentials;
  await new Manager(server.url, credentials).push([booleanFlag("checkout")]);
  await server.close();
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});
afterAll(async () => {
  await Promise.all(started.map((redis) => redis.stop()));
  await database?.close();
  authority?.remove();
  stranger?.remove();
});

const timing = systemTiming({ now: () => Date.now() });
busContract("Redis Streams over TLS, as a user with few rights", async () =>
  createRedisBus({ url: asUser(good), ca: authority.ca, timing, onTrouble: () => {} }),
);

test("the guide names the rights that this test grants", () => {
  const guide = readFileSync(fileURLToPath(new URL("../../../../docs/operations/redis.md", import.meta.url)), "utf8");
  expect(guide).toContain(`user flagwright on >secret ${ACL_RULES}`);
});

test("a publication that Redis refuses fails instead of waiting", async () => {
  const bus = createRedisBus({ url: asUser(good, "flagwright:wrong"), ca: authority.ca, timing, onTrouble: () => {} });
  cleanups.push(() => bus.close());
  await eventually(() => /user name or the password/.test(bus.status().problem ?? ""));
  await expect(bus.publish(production, [announcement(1)])).rejects.toThrow("user name or the password");
});

describe("a Redis that a node must not or may not talk to", () => {
  interface Case {
    readonly name: string;
    readonly said: string;
    readonly make: () => Promise<{ readonly redisUrl: string; readonly redisCa?: string }>;
  }
  const cases: readonly Case[] = [
    {
      name: "signed by an authority that was not named",
      said: "name its file in --redis-ca",
      make: async () => ({ redisUrl: asUser(good) }),
    },
    {
      name: "signed by another authority than the one named",
      said: "name its file in --redis-ca",
      make: async () => ({ redisUrl: asUser(good), redisCa: stranger.caFile }),
    },
    {
      name: "with a certificate that has expired",
      said: "has expired",
      make: async () => ({ redisUrl: asUser(await startTls("127.0.0.1", "expired")), redisCa: authority.caFile }),
    },
    {
      name: "with a certificate of another host",
      said: "made out to another host",
      make: async () => ({ redisUrl: asUser(await startTls("redis.example.com")), redisCa: authority.caFile }),
    },
    {
      name: "that does not speak TLS",
      said: "begin with rediss:// exactly when it speaks TLS",
      make: async () => {
        const plain = await startRedis();
        started.push(plain);
        return { redisUrl: asUser(plain), redisCa: authority.caFile };
      },
    },
    {
      name: "that refuses the password",
      said: "refuses the user name or the password",
      make: async () => ({ redisUrl: asUser(good, "flagwright:wrong"), redisCa: authority.caFile }),
    },
    {
      name: "that wants a user",
      said: "wants a user name and a password",
      make: async () => ({ redisUrl: `rediss://127.0.0.1:${good.port}`, redisCa: authority.caFile }),
    },
    {
      name: "whose user lacks a right",
      said: "lacks a right",
      make: async () => ({
        redisUrl: asUser(await startTls("127.0.0.1", "now", ACL_RULES.replace("+xread ", ""))),
        redisCa: authority.caFile,
      }),
    },
  ];

  test.each(cases)("$name: /readyz and the log say so, and flags are served", async ({ said, make }) => {
    const logged: string[] = [];
    const logger = pino({ level: "warn" }, { write: (line: string) => void logged.push(line) });
    const settings = { ...(await make()), port: 0, project: "shop", drainMs: 100 };
    const server: RunningServer = await createServer(settings, { logger, database });
    cleanups.push(() => server.close());
    const bus = async (): Promise<{ up: boolean; problem?: string }> => {
      const answer = await fetch(`${server.url}/readyz`);
      expect(answer.status).toBe(200);
      return ((await answer.json()) as { bus: { up: boolean; problem?: string } }).bus;
    };
    await expect.poll(bus, { timeout: 10_000 }).toMatchObject({ up: false, problem: expect.stringContaining(said) });
    await expect.poll(() => logged.join(""), { timeout: 10_000 }).toContain(said);
    expect(logged.join("")).not.toMatch(/secret|wrong/);

    const manager = new Manager(server.url, credentials);
    const reader = await readStream(`${server.url}/sdk/v1/stream`, manager.serverKey);
    const { epoch, revision } = await manager.toggle("checkout", true);
    await reader.until(({ id }) => id === `${epoch}-${revision}`);
    reader.close();
  });
});
