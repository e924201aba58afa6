import { Cluster, Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  redisCommand,
  startRedisCluster,
  type RedisClusterService,
} from "../../../../scripts/services/redis-cluster.ts";
import type { Bus } from "./bus.ts";
import { createRedisBus } from "./redis-bus.ts";
import { redisKeys } from "./redis-keys.ts";
import { ACL_RULES } from "./testing/redis-acl.ts";
import { announcement, busContract, eventually, production, recorder } from "./testing/bus-contract.ts";
import { systemTiming } from "./timing.ts";

let cluster: RedisClusterService;
let direct: Cluster;
const opened: Bus[] = [];
const problems: string[] = [];
const asUser = (url: string): string => url.replace("://", "://flagwright:secret@");
const open = (url = asUser(cluster.url)): Bus =>
  createRedisBus({
    url,
    timing: systemTiming({ now: () => Date.now() }),
    onTrouble: (problem) => void problems.push(problem),
  });
const node = async (): Promise<Bus> => {
  const bus = open();
  opened.push(bus);
  await eventually(() => bus.status().up);
  return bus;
};

beforeAll(async () => {
  cluster = await startRedisCluster(["--user", "flagwright", "on", ">secret", ...ACL_RULES.split(" ")]);
  direct = new Cluster(cluster.masters.map(({ port }) => ({ host: "127.0.0.1", port })));
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((bus) => bus.close()));
});
afterAll(async () => {
  direct?.disconnect();
  await cluster?.stop();
});

busContract("Redis Cluster as a user with few rights", async () => open());

const environments = Array.from({ length: 12 }, (_, index) => ({ ...production, environment: `e${index}` }));
const portOf = async (key: string): Promise<number> => {
  const slot = Number(await direct.cluster("KEYSLOT", key));
  const share = (await direct.cluster("SLOTS")).find(([from, to]) => slot >= from && slot <= to);
  return Number(share?.[2]?.[1]);
};

/** Publishes as the relay does: until it is taken. */
async function publish(bus: Bus, revision: number): Promise<void> {
  const taken = (): Promise<boolean> =>
    bus.publish(production, [announcement(revision)]).then(
      () => true,
      () => false,
    );
  while (!(await taken())) await new Promise((resolve) => setTimeout(resolve, 50));
}

describe("a Redis Cluster", () => {
  test("has an environment's stream and snapshot in one slot, and environments on every node", async () => {
    const ports = new Set<number>();
    for (const name of environments) {
      const [stream, snapshot] = [redisKeys.stream(name), redisKeys.snapshot(name)];
      expect(await direct.cluster("KEYSLOT", stream)).toBe(await direct.cluster("KEYSLOT", snapshot));
      ports.add(await portOf(stream));
    }
    expect(ports).toEqual(new Set(cluster.masters.map(({ port }) => port)));
  });

  test("carries the changes of many environments between two nodes, and keeps their snapshots", async () => {
    const [one, two] = [await node(), await node()];
    const heard = await Promise.all(
      environments.map(async (name) => {
        const recorded = recorder();
        await two.subscribe(name, recorded.listener);
        return recorded;
      }),
    );
    await Promise.all(
      environments.map(async (name, index) => {
        await one.publish(name, [announcement(index + 1), announcement(index + 2)]);
        await one.remember(name, { epoch: 1, revision: index }, `snapshot ${index}`);
      }),
    );
    await eventually(() => heard.every(({ heard: each }) => each.length === 2));
    expect(heard.map((each) => each.revisions())).toEqual(environments.map((_, index) => [index + 1, index + 2]));
    for (const [index, name] of environments.entries())
      expect(await direct.hget(redisKeys.snapshot(name), "data")).toBe(`snapshot ${index}`);
  });

  test("is found by any one of its nodes", async () => {
    const bus = open(asUser(`redis+cluster://127.0.0.1:${cluster.masters[2]?.port}`));
    opened.push(bus);
    await eventually(() => bus.status().up);
    const { listener, revisions } = recorder();
    await bus.subscribe(production, listener);
    await bus.publish(production, [announcement(1)]);
    await eventually(() => revisions().length === 1);
  });

  test("may move a slot to another master while changes go through it", async () => {
    const [one, two] = [await node(), await node()];
    const { listener, revisions, lost } = recorder();
    await two.subscribe(production, listener);
    await publish(one, 1);
    await eventually(() => revisions().includes(1));

    const stream = redisKeys.stream(production);
    const slot = await direct.cluster("KEYSLOT", stream);
    const from = await portOf(stream);
    const to = cluster.masters.find(({ port }) => port !== from)?.port ?? 0;
    const [fromId, toId] = await Promise.all([from, to].map((port) => redisCommand(port, "CLUSTER MYID")));
    await redisCommand(to, `CLUSTER SETSLOT ${slot} IMPORTING ${fromId}`);
    await redisCommand(from, `CLUSTER SETSLOT ${slot} MIGRATING ${toId}`);
    await publish(one, 2);
    await redisCommand(from, `MIGRATE 127.0.0.1 ${to} ${stream} 0 1000`);
    // Half moved: who asks the old master is sent on, for this one time.
    await publish(one, 3);
    const before = lost();
    for (const port of [to, from]) await redisCommand(port, `CLUSTER SETSLOT ${slot} NODE ${toId}`);
    for (const { port } of cluster.masters)
      if (port !== from && port !== to) await redisCommand(port, `CLUSTER SETSLOT ${slot} NODE ${toId}`);
    await publish(one, 4);
    await eventually(() => revisions().includes(4) && lost() > before && two.status().up);
    expect(await portOf(stream)).toBe(to);
    await publish(one, 5);
    await eventually(() => revisions().at(-1) === 5);
  });

  test("may lose a master: its replica takes over, the loss is told, and changes go on", async () => {
    const [one, two] = [await node(), await node()];
    const { listener, revisions, lost } = recorder();
    await two.subscribe(production, listener);
    await publish(one, 1);
    await eventually(() => revisions().includes(1));

    const stream = redisKeys.stream(production);
    const port = await portOf(stream);
    const index = cluster.masters.findIndex((master) => master.port === port);
    const replica = await cluster.add(index);
    await cluster.masters[index]?.kill();
    await eventually(() => !two.status().up);
    const before = lost();
    await publish(one, 2);
    await eventually(() => lost() > before && one.status().up && two.status().up, 20_000);
    await publish(one, 3);
    await eventually(() => revisions().includes(3));
    const promoted = new Redis(replica.port, "127.0.0.1");
    expect(await promoted.xlen(stream)).toBeGreaterThan(0);
    promoted.disconnect();
  }, 60_000);
});
