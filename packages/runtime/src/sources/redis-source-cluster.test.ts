import { Cluster } from "ioredis";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  redisCommand,
  type RedisClusterService,
  startRedisCluster,
} from "../../../../scripts/services/redis-cluster.ts";
import { systemHost } from "../client/host.ts";
import { createClient } from "../client/node-client.ts";
import { banner, bannerFlag, patchOf, snapshotOf } from "../client/testing/flags.ts";
import { redisSource } from "./redis-source.ts";

const STREAM = "fw:{acme:shop:production}:stream";
const SNAPSHOT = "fw:{acme:shop:production}:snapshot";
const place = { organization: "acme", project: "shop", environment: "production" };

let cluster: RedisClusterService;
let direct: Cluster;

beforeAll(async () => {
  cluster = await startRedisCluster();
  direct = new Cluster(cluster.masters.map(({ url }) => url));
});
afterAll(async () => {
  direct?.disconnect();
  await cluster?.stop();
});

test("daemon mode follows its environment when its slot moves to another node of the cluster", async () => {
  const host = { ...systemHost, random: (): number => 0.05 };
  await direct.hset(SNAPSHOT, { epoch: 1, revision: 1, data: JSON.stringify(snapshotOf(1, [bannerFlag("eins")])) });
  const client = createClient({ source: redisSource({ client: direct, ...place }, host), host, logger: null });
  const orders: number[] = [];
  client.on("changed", ({ revision }) => orders.push(revision));
  try {
    await client.ready;
    expect(client.get(banner)).toBe("eins");
    const announce = (revision: number, text: string) =>
      direct.xadd(
        STREAM,
        "*",
        "event",
        "patch",
        "data",
        JSON.stringify(patchOf(revision - 1, revision, [bannerFlag(text)])),
      );
    await announce(2, "zwei");
    await expect.poll(() => client.get(banner), { timeout: 10_000 }).toBe("zwei");

    const slot = await direct.cluster("KEYSLOT", STREAM);
    const owner = (await direct.cluster("SLOTS")).find(([from, to]) => slot >= from && slot <= to);
    const from = Number(owner?.[2]?.[1]);
    const to = cluster.masters.find(({ port }) => port !== from)?.port ?? 0;
    const [fromId, toId] = await Promise.all([from, to].map((port) => redisCommand(port, "CLUSTER MYID")));
    await redisCommand(to, `CLUSTER SETSLOT ${slot} IMPORTING ${fromId}`);
    await redisCommand(from, `CLUSTER SETSLOT ${slot} MIGRATING ${toId}`);
    for (const key of [STREAM, SNAPSHOT]) await redisCommand(from, `MIGRATE 127.0.0.1 ${to} ${key} 0 1000`);
    for (const port of [to, from]) await redisCommand(port, `CLUSTER SETSLOT ${slot} NODE ${toId}`);

    await announce(3, "drei");
    await expect.poll(() => client.get(banner), { timeout: 15_000 }).toBe("drei");
    expect(orders).toEqual([1, 2, 3]);
  } finally {
    await client.close();
  }
});
