import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startRedis, type RedisService } from "../../../../scripts/services/redis.ts";
import type { Bus } from "./bus.ts";
import { createRedisBus } from "./redis-bus.ts";
import { announcement, busContract, eventually, production } from "./testing/bus-contract.ts";
import { systemTiming } from "./timing.ts";

/** All that a node needs, as the guide says. */
const RULES =
  "on >secret ~fw:* +xadd +xread +xrevrange +hmget +hget +hset +eval +multi +exec " +
  "+client|id +client|unblock +info";

let redis: RedisService;
const open = (user: string): Bus =>
  createRedisBus({
    url: redis.url.replace("redis://", `redis://${user}@`),
    timing: systemTiming({ now: () => Date.now() }),
    onTrouble: () => {},
  });

beforeAll(async () => {
  redis = await startRedis(["--user", "flagwright", ...RULES.split(" "), "--user", "default", "off"]);
});
afterAll(() => redis.stop());

busContract("Redis Streams as a user with few rights", async () => open("flagwright:secret"));

describe("a wrong password", () => {
  test("leaves the bus down, and publishing fails instead of waiting", async () => {
    const bus = open("flagwright:wrong");
    await expect(bus.publish(production, [announcement(1)])).rejects.toThrow(/./);
    await eventually(() => bus.status().problem !== "not connected yet");
    expect(bus.status().up).toBe(false);
    await bus.close();
  });
});
