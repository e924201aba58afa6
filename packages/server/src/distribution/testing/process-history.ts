import { createClient, isNewer, type Client, type Order } from "@flagwright/runtime/node";
import { Redis } from "ioredis";
import { freePort, startRedis } from "../../../../../scripts/services/redis.ts";
import { createServer } from "../../server.ts";
import { startPostgres } from "../../storage/testing/postgres.ts";
import { startNode, type NodeProcess } from "./node-process.ts";
import { seeded } from "./random.ts";
import { booleanFlag, Manager } from "./shop.ts";

const FLAGS = ["a", "b", "c", "d"];
const CLIENTS = 8;
const CONVERGE_MS = 60_000;

export interface ProcessHistory {
  readonly acknowledged: number;
  readonly refused: number;
  readonly faults: Readonly<Record<string, number>>;
  /** Empty when all is well. */
  readonly violations: readonly string[];
}

/**
 * Two nodes, PostgreSQL, Redis and clients of the SDK, each for real; changes and faults at random for some seconds; then
 * quiet. In the end everybody must be where the database is, and nobody may have gone back on the way.
 */
export async function runProcesses(seed: number, seconds: number): Promise<ProcessHistory> {
  const random = seeded(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  const violations: string[] = [];
  const faults: Record<string, number> = {};
  let [acknowledged, refused] = [0, 0];
  let newest: Order | undefined;

  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  const databaseUrl = await postgres.newDatabase();
  const ports = [await freePort(), await freePort()];
  const start = (index: number): Promise<NodeProcess> =>
    startNode({ PORT: String(ports[index]), PROJECT: "shop", DATABASE_URL: databaseUrl, REDIS_URL: redis.url });

  const first = await createServer({ port: 0, project: "shop", databaseUrl, logLevel: "silent", drainMs: 100 });
  if (first.credentials === undefined) throw new Error("a new server has credentials");
  const { credentials } = first;
  await new Manager(first.url, credentials).push(FLAGS.map((key) => booleanFlag(key)));
  await first.close();

  const nodes = [await start(0), await start(1)];
  const managers = nodes.map((node) => new Manager(node.url, credentials));
  const urls = nodes.map((node) => node.url);
  const key = managers[0]?.serverKey ?? "";
  const clients = Array.from({ length: CLIENTS }, (_, index): Client => {
    const client = createClient({
      url: index % 2 === 0 ? urls : urls.toReversed(),
      key,
      service: `client-${index}`,
      logger: null,
    });
    let last: Order | undefined;
    client.on("changed", ({ epoch, revision }) => {
      if (last !== undefined && isNewer(last, { epoch, revision }))
        violations.push(`client ${index} went back from ${last.epoch}-${last.revision} to ${epoch}-${revision}`);
      last = { epoch, revision };
    });
    return client;
  });

  const change = async (): Promise<void> => {
    const manager = pick(managers);
    const flag = pick(FLAGS);
    const kind = random();
    const environment = "projects/shop/environments/development";
    const [path, body] =
      kind < 0.7
        ? [`${environment}/flags/${flag}/toggle`, { on: random() < 0.5 }]
        : kind < 0.84
          ? [`${environment}/flags/${flag}/kill`, { reason: "history" }]
          : kind < 0.97
            ? [`${environment}/flags/${flag}/lift`, {}]
            : [`${environment}/purge`, { reason: "history" }];
    try {
      const { status, body: answer } = await manager.call("POST", path, body, {}, CHANGE_MS);
      if (status !== 200) {
        refused++;
        return;
      }
      acknowledged++;
      const { epoch, revision } = answer as Order;
      if (newest === undefined || isNewer({ epoch, revision }, newest)) newest = { epoch, revision };
    } catch {
      refused++;
    }
  };

  const faultsOf: Readonly<Record<string, () => Promise<void>>> = {
    "node killed": async () => {
      const index = Math.floor(random() * nodes.length);
      await nodes[index]?.kill();
      await sleep(random() * 1_000);
      nodes[index] = await start(index);
    },
    "node stopped": async () => {
      const node = pick(nodes);
      node.child.kill("SIGSTOP");
      await sleep(random() * 4_000);
      node.child.kill("SIGCONT");
    },
    "Redis killed": async () => {
      await redis.kill();
      await sleep(random() * 2_000);
      await redis.start();
    },
    "Redis stopped": async () => {
      redis.pause();
      await sleep(random() * 5_000);
      redis.resume();
    },
    "Redis flushed": async () => {
      const direct = new Redis(redis.url);
      await direct.flushall();
      direct.disconnect();
    },
    "database connections cut": async () =>
      void (await postgres.run(
        databaseUrl,
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'flagwright'",
      )),
  };

  try {
    const until = Date.now() + seconds * 1_000;
    const changing = (async () => {
      while (Date.now() < until) {
        await change();
        await sleep(random() * 60);
      }
    })();
    while (Date.now() < until) {
      const name = pick(Object.keys(faultsOf));
      faults[name] = (faults[name] ?? 0) + 1;
      await faultsOf[name]?.();
      await sleep(500 + random() * 1_500);
    }
    await changing;

    const deadline = Date.now() + CONVERGE_MS;
    const behind = async (): Promise<string[]> => {
      const [head] = (await postgres.run(
        databaseUrl,
        "select epoch, revision from environment where key = 'development'",
      )) as unknown as [{ readonly epoch: string; readonly revision: string }];
      const at = `${head.epoch}-${head.revision}`;
      const tags = await Promise.all(
        urls.map(async (url) => {
          const answer = await fetch(`${url}/sdk/v1/ruleset`, { headers: { authorization: `Bearer ${key}` } });
          return (answer.headers.get("etag") ?? String(answer.status)).replaceAll('"', "");
        }),
      );
      const places = clients.map(({ status }) => `${status.epoch}-${status.revision}`);
      return [
        ...tags.flatMap((tag, index) => (tag === at ? [] : [`node ${index} is at ${tag}, the database at ${at}`])),
        ...places.flatMap((place, index) => (place === at ? [] : [`client ${index} is at ${place}, not ${at}`])),
        ...(newest !== undefined && isNewer(newest, { epoch: Number(head.epoch), revision: Number(head.revision) })
          ? [`${newest.epoch}-${newest.revision} was acknowledged, the database is at ${at}`]
          : []),
      ];
    };
    let left = await behind();
    while (left.length > 0 && Date.now() < deadline) {
      await sleep(200);
      left = await behind();
    }
    violations.push(...left);
  } finally {
    await Promise.all(clients.map((client) => client.close()));
    await Promise.all(nodes.map((node) => node.kill()));
    await Promise.all([postgres.stop(), redis.stop()]);
  }
  return { acknowledged, refused, faults, violations };
}

/** A node that is stopped does not answer; the change may or may not have been made. */
const CHANGE_MS = 3_000;
