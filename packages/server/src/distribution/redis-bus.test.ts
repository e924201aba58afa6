import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startRedis, type RedisService } from "../../../../scripts/services/redis.ts";
import type { Bus } from "./bus.ts";
import { createRedisBus } from "./redis-bus.ts";
import { redisKeys } from "./redis-keys.ts";
import { announcement, busContract, eventually, production, recorder } from "./testing/bus-contract.ts";
import { systemTiming } from "./timing.ts";

let redis: RedisService;
let direct: Redis;
const open = (): Bus =>
  createRedisBus({ url: redis.url, timing: systemTiming({ now: () => Date.now() }), onTrouble: () => {} });

beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

busContract("Redis Streams", async () => open());

describe("the Redis bus when Redis forgets, stops or lies", () => {
  const stream = redisKeys.stream(production);
  let bus: Bus;

  beforeEach(async () => {
    direct = new Redis(redis.url);
    await direct.flushall();
    bus = open();
    await eventually(() => bus.status().up);
  });
  afterEach(async () => {
    direct.disconnect();
    await bus.close();
  });

  async function subscribed() {
    const heard = recorder();
    await bus.subscribe(production, heard.listener);
    await bus.publish(production, [announcement(1)]);
    await eventually(() => heard.heard.length === 1);
    return heard;
  }

  test("FLUSHALL: what comes after it is heard", async () => {
    const heard = await subscribed();
    await direct.flushall();
    await bus.publish(production, [announcement(2)]);
    await expect.poll(() => heard.revisions(), { timeout: 10_000 }).toContain(2);
  });

  test("ids that go back, as after a failover to a stale replica: the loss is told, and new entries are heard", async () => {
    const heard = await subscribed();
    await direct.xadd(stream, "99999999999999-0", "event", "patch", "epoch", "1", "revision", "2", "data", "{}");
    await expect.poll(() => heard.revisions(), { timeout: 10_000 }).toContain(2);
    const before = heard.lost();
    await direct.del(stream);
    await bus.publish(production, [announcement(3)]);
    await eventually(() => heard.lost() > before);
    await expect.poll(() => heard.revisions(), { timeout: 10_000 }).toContain(3);
  });

  test("a stream trimmed to nothing keeps its place", async () => {
    const heard = await subscribed();
    await direct.xtrim(stream, "MAXLEN", 0);
    await bus.publish(production, [announcement(2)]);
    await expect.poll(() => heard.revisions(), { timeout: 10_000 }).toContain(2);
  });

  test("an entry that is not readable tells of a loss and stops nothing", async () => {
    const heard = await subscribed();
    const before = heard.lost();
    await direct.xadd(stream, "*", "event", "nonsense");
    await direct.xadd(stream, "*", "event", "patch", "epoch", "one", "revision", "2", "data", "{}");
    await bus.publish(production, [announcement(3)]);
    await expect.poll(() => heard.revisions(), { timeout: 10_000 }).toContain(3);
    expect(heard.lost() - before).toBe(2);
    expect(heard.revisions()).toEqual([1, 3]);
  });

  test("killed and restarted empty: down is said, publishing fails fast, and it comes back by itself", async () => {
    const heard = await subscribed();
    await redis.kill();
    await eventually(() => !bus.status().up);
    for (let count = 0; count < 5; count++)
      await expect(bus.publish(production, [announcement(9)])).rejects.toThrow(/./);
    const before = heard.lost();
    await redis.start();
    await eventually(() => bus.status().up || heard.lost() > before);
    await eventually(() => heard.lost() > before);
    let published = false;
    while (!published)
      published = await bus.publish(production, [announcement(2)]).then(
        () => true,
        () => new Promise((resolve) => setTimeout(() => resolve(false), 50)),
      );
    await expect.poll(() => heard.revisions(), { timeout: 10_000 }).toContain(2);
    expect(bus.status().up).toBe(true);
  }, 30_000);

  test("a connection that is open and says nothing counts as down within seconds, and heals", async () => {
    const heard = await subscribed();
    redis.pause();
    try {
      await eventually(() => !bus.status().up, 8_000);
    } finally {
      redis.resume();
    }
    const before = heard.lost();
    await eventually(() => bus.status().up && heard.lost() > before, 15_000);
    await bus.publish(production, [announcement(2)]);
    await expect.poll(() => heard.revisions(), { timeout: 10_000 }).toContain(2);
  }, 40_000);

  test("a subscription made while Redis is down is told of the loss when it is back", async () => {
    await redis.kill();
    await eventually(() => !bus.status().up);
    const heard = recorder();
    await bus.subscribe(production, heard.listener);
    await redis.start();
    await expect.poll(() => heard.lost(), { timeout: 10_000 }).toBeGreaterThan(0);
  }, 30_000);

  test("remembers the latest snapshot, and an older one does not replace it", async () => {
    const key = redisKeys.snapshot(production);
    await bus.remember(production, { epoch: 2, revision: 5 }, "five");
    await bus.remember(production, { epoch: 2, revision: 4 }, "four");
    await bus.remember(production, { epoch: 1, revision: 9 }, "nine");
    expect(await direct.hgetall(key)).toEqual({ epoch: "2", revision: "5", data: "five" });
    await bus.remember(production, { epoch: 3, revision: 1 }, "one");
    expect(await direct.hget(key, "data")).toBe("one");
  });
});
