import { startPostgres } from "../../packages/server/src/storage/testing/postgres.ts";
import { startRedis } from "../../scripts/services/redis.ts";
import { now, percentile } from "./distribution-child.ts";
import type { Arrived, Opened } from "./distribution-clients.ts";
import { FLAGS, Manager } from "./distribution-manager.ts";
import { progress, type StartChild, type Started } from "./distribution-run.ts";
import { row, type BenchRow } from "./row.ts";

const NODE_CHANGES = 200;
const ARRIVE_MS = 30_000;

/** Two nodes over Redis and one PostgreSQL: how much later the other node's client hears of a change. */
export async function twoNodes(child: StartChild): Promise<BenchRow[]> {
  progress("two nodes");
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  try {
    const databaseUrl = await postgres.newDatabase();
    const config = { port: 0, project: "shop", databaseUrl, redisUrl: redis.url, requestsPerMinute: 10_000_000 };
    const nodes = [await child("server"), await child("server")] as const;
    const first = await nodes[0].call<Started>("start", config);
    const second = await nodes[1].call<Started>("start", config);
    if (first.credentials === undefined) throw new Error("a new server has credentials");
    const manager = new Manager(first.url, first.credentials);
    await manager.pushFlags(FLAGS);
    const readers = await Promise.all(
      [first, second].map(async ({ url }) => {
        const reader = await child("clients");
        const port = Number(new URL(url).port);
        await reader.call<Opened>("open", { port, path: "/sdk/v1/stream", key: manager.serverKey, count: 1 });
        return reader;
      }),
    );
    const [near, far]: [number[], number[]] = [[], []];
    let { epoch, revision } = await manager.toggle("flag-000", true);
    for (let change = 0; change < NODE_CHANGES; change++) {
      const needle = `id: ${epoch}-${revision + 1}\n`;
      await Promise.all(readers.map((reader) => reader.call("expect", { needle })));
      const startedAt = now();
      ({ epoch, revision } = await manager.toggle("flag-000", change % 2 === 1));
      const [here, there] = await Promise.all(readers.map((reader) => reader.call<Arrived>("arrive", {}, ARRIVE_MS)));
      near.push((here?.last ?? 0) - startedAt);
      far.push((there?.last ?? 0) - startedAt);
    }
    await Promise.all([...nodes, ...readers].map((each) => each.kill()));
    const more = far.map((ms, index) => Math.max(0.01, ms - (near[index] ?? 0)));
    return [
      row({
        case: "two nodes over Redis: what the other node adds, p99",
        unit: "ms",
        ours: percentile(more, 0.99),
        peer: "limit",
        peerValue: 30,
        atLeast: 1,
      }),
      row({
        case: "two nodes: change to the other node's client, p50 (with the commit)",
        unit: "ms",
        ours: percentile(far, 0.5),
        peer: "own node",
        peerValue: percentile(near, 0.5),
      }),
    ];
  } finally {
    await Promise.all([postgres.stop(), redis.stop()]);
  }
}
