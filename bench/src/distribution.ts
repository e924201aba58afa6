import type { Credentials } from "@flagwright/server";
import { startPostgres } from "../../packages/server/src/storage/testing/postgres.ts";
import { freePort, startRedis } from "../../scripts/services/redis.ts";
import { Child, now, percentile } from "./distribution-child.ts";
import type { Arrived, Opened } from "./distribution-clients.ts";
import type { Loaded } from "./distribution-load.ts";
import { Manager } from "./distribution-manager.ts";
import { row, type BenchRow } from "./row.ts";

/**
 * Distribution on loopback: server, clients and peer are processes of their own. The peer is a bare Node server that
 * writes the same bytes to as many connections, or a bare Fastify route that answers the same JSON, in the same run.
 * `FLAGWRIGHT_BENCH_CLIENTS` sets the number of clients, 10,000 if not given; `FLAGWRIGHT_BENCH_PARTS` names the parts
 * to run, of `fanout,nodes,ofrep`.
 */
const CLIENTS = Number(process.env["FLAGWRIGHT_BENCH_CLIENTS"] ?? 10_000);
const PARTS = (process.env["FLAGWRIGHT_BENCH_PARTS"] ?? "fanout,nodes,ofrep").split(",");
const CHANGES = 15;
const BURST = 1_000;
const BURST_AT_ONCE = 16;
const KILLS = 4;
const MAX_KILL_MS = 120_000;
const NODE_CHANGES = 100;
const LOAD_MS = 3_000;
const LOAD_CONNECTIONS = 32;
const FLAGS = 100;
/** As the server is configured. */
const STREAMS_PER_SECOND = 2_000;

interface Started {
  readonly url: string;
  readonly credentials: Credentials | undefined;
}

export async function run(): Promise<readonly BenchRow[]> {
  const children: Child[] = [];
  const child = async (name: string): Promise<Child> => {
    const started = await Child.start(`./distribution-${name}.ts`);
    children.push(started);
    return started;
  };
  try {
    const parts: { readonly [name: string]: () => Promise<BenchRow[]> } = {
      fanout: () => oneNode(child),
      nodes: () => twoNodes(child),
      ofrep: () => ofrep(child),
    };
    const rows: BenchRow[] = [];
    for (const [name, part] of Object.entries(parts)) if (PARTS.includes(name)) rows.push(...(await part()));
    return rows;
  } finally {
    await Promise.all(children.map((each) => each.kill()));
  }
}

/** Tells on standard error how far it is: with ten thousand clients it takes minutes. */
function progress(what: string): void {
  process.stderr.write(`${(performance.now() / 1000).toFixed(0).padStart(4)} s  ${what}\n`);
}

type StartChild = (name: string) => Promise<Child>;

async function oneNode(child: StartChild): Promise<BenchRow[]> {
  const postgres = await startPostgres();
  try {
    return await fanOutOf(child, await postgres.newDatabase());
  } finally {
    await postgres.stop();
  }
}

async function fanOutOf(child: StartChild, databaseUrl: string): Promise<BenchRow[]> {
  const port = await freePort();
  const config = { port, databaseUrl, project: "shop", requestsPerMinute: 10_000_000, maxEventLoopDelayMs: 0 };
  let server = await child("server");
  const { url, credentials } = await server.call<Started>("start", config);
  if (credentials === undefined) throw new Error("a new server has credentials");
  const manager = new Manager(url, credentials);
  await manager.pushFlags(FLAGS);
  const clients = await child("clients");

  progress(`one node: opening ${CLIENTS} streams`);
  const before = await server.call<number>("memory");
  await clients.call<Opened>("open", { port, path: "/sdk/v1/stream", key: manager.serverKey, count: CLIENTS });
  const perConnection = ((await server.call<number>("memory")) - before) / CLIENTS / 1024;

  progress("changes");
  const ours: Arrived[] = [];
  const took: number[] = [];
  for (let change = 0; change < CHANGES; change++) {
    const { epoch, revision } = await manager.call<{ epoch: number; revision: number }>(
      "GET",
      "environments/development/flags?limit=1",
    );
    const arrived = clients.call<Arrived>("arrive", { needle: `id: ${epoch}-${revision + 1}\n` });
    const startedAt = now();
    await manager.toggle("flag-000", change % 2 === 0);
    ours.push(await arrived);
    took.push((ours.at(-1)?.last ?? 0) - startedAt);
  }

  progress("kills with receipts");
  const kills: number[] = [];
  await clients.call("reportKills");
  for (let kill = 0; kill < KILLS; kill++) {
    const startedAt = now();
    const order = await manager.kill("flag-001");
    while (!(await manager.receipt(order, 0.99)).complete)
      if (now() - startedAt > MAX_KILL_MS) throw new Error("a kill was not applied by 99 % of the clients");
    kills.push(now() - startedAt);
    await manager.lift("flag-001");
    await new Promise((resolve) => setTimeout(resolve, 500));
  }

  progress("burst");
  await server.call("watchLoop");
  const burst = await burstOf(manager, clients);
  const loopDelay = await server.call<number>("loopDelay");

  progress("SIGKILL and restart");
  await server.kill();
  const reopened = clients.call<Opened>("reopened");
  server = await child("server");
  await server.call<Started>("start", config);
  const herd = await reopened;
  await clients.call("close");
  await server.kill();

  const bare = await bareFanOut(child, clients, manager);
  await clients.kill();
  const many = `${CLIENTS.toLocaleString("en-US")} clients`;
  return [
    row({
      case: `${many}: change to last, p50 (ours with the commit)`,
      unit: "ms",
      ours: percentile(took, 0.5),
      peer: "bare http",
      peerValue: percentile(bare.took, 0.5),
      atLeast: 1 / 1.5,
    }),
    row({
      case: `${many}: memory per connection`,
      unit: "KiB",
      ours: perConnection,
      peer: "bare http",
      peerValue: bare.perConnection,
      atLeast: 1 / 1.5,
    }),
    row({
      case: `${many}: ${BURST} changes in a burst, event loop delay p99`,
      unit: "ms",
      ours: loopDelay,
      peer: "limit",
      peerValue: 100,
      atLeast: 1,
    }),
    row({
      case: `${many}: last of the burst acknowledged → last client`,
      unit: "ms",
      ours: burst.lastMs,
      peer: "the burst itself",
      peerValue: burst.ms,
    }),
    row({
      case: `${many}: kill → 99 % applied, by receipts, p99`,
      unit: "ms",
      ours: percentile(kills, 0.99),
      peer: "bare http, one write",
      peerValue: percentile(bare.took, 0.99),
    }),
    row({
      case: `${many}: back after SIGKILL and restart (${herd.refused} told to wait)`,
      unit: "s",
      ours: herd.ms / 1000,
      peer: "the configured rate",
      peerValue: CLIENTS / STREAMS_PER_SECOND,
    }),
    row({
      case: `${many}: most streams let in within a second`,
      unit: "streams",
      ours: herd.mostPerSecond,
      peer: "limit: a full bucket and a second",
      peerValue: 2 * STREAMS_PER_SECOND,
      atLeast: 1,
    }),
  ];
}

async function burstOf(manager: Manager, clients: Child): Promise<{ readonly ms: number; readonly lastMs: number }> {
  const { epoch, revision } = await manager.call<{ epoch: number; revision: number }>(
    "GET",
    "environments/development/flags?limit=1",
  );
  const arrived = clients.call<Arrived>("arrive", { needle: `id: ${epoch}-${revision + BURST}\n` });
  const startedAt = now();
  let next = 0;
  await Promise.all(
    Array.from({ length: BURST_AT_ONCE }, async () => {
      while (next < BURST) {
        const turn = next++;
        await manager.toggle(`flag-${String(turn % FLAGS).padStart(3, "0")}`, Math.floor(turn / FLAGS) % 2 === 1);
      }
    }),
  );
  const ms = now() - startedAt;
  const { last } = await arrived;
  return { ms, lastMs: Math.max(0, last - startedAt - ms) };
}

async function bareFanOut(
  child: StartChild,
  clients: Child,
  manager: Manager,
): Promise<{ readonly took: readonly number[]; readonly perConnection: number }> {
  progress("the bare server");
  const bare = await child("bare");
  const patch = (id: number): string =>
    `event: patch\nid: 1-${id}\ndata: ${JSON.stringify({ filler: "x".repeat(PATCH_BYTES) })}\n\n`;
  const port = await bare.call<number>("start", {
    snapshot: `event: snapshot\nid: 1-0\ndata: {}\n\n${"x".repeat(SNAPSHOT_BYTES)}\n\n`,
  });
  const before = await bare.call<number>("memory");
  await clients.call<Opened>("open", { port, path: "/stream", key: manager.serverKey, count: CLIENTS });
  const perConnection = ((await bare.call<number>("memory")) - before) / CLIENTS / 1024;
  const took: number[] = [];
  for (let change = 1; change <= CHANGES; change++) {
    const arrived = clients.call<Arrived>("arrive", { needle: `id: 1-${change}\n` });
    const startedAt = now();
    await fetch(`http://127.0.0.1:${port}/`, { method: "POST", body: patch(change) });
    took.push((await arrived).last - startedAt);
  }
  await clients.call("close");
  await bare.kill();
  return { took, perConnection };
}

/** What a patch of one flag and a snapshot of the benchmark's flags weigh. */
const PATCH_BYTES = 480;
const SNAPSHOT_BYTES = 36_000;

async function twoNodes(child: StartChild): Promise<BenchRow[]> {
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
      const arriving = readers.map((reader) => reader.call<Arrived>("arrive", { needle }));
      const startedAt = now();
      ({ epoch, revision } = await manager.toggle("flag-000", change % 2 === 1));
      const [here, there] = await Promise.all(arriving);
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

async function ofrep(child: StartChild): Promise<BenchRow[]> {
  progress("OFREP");
  const server = await child("server");
  const { url, credentials } = await server.call<Started>("start", { port: 0, project: "shop" });
  if (credentials === undefined) throw new Error("a new server has credentials");
  const manager = new Manager(url, credentials);
  await manager.pushFlags(FLAGS);
  for (let index = 0; index < FLAGS; index++) await manager.toggle(`flag-${String(index).padStart(3, "0")}`, true);
  const load = await child("load");
  const headers = { authorization: `Bearer ${manager.serverKey}` };
  const body = JSON.stringify({ context: { targetingKey: "user-1", plan: "pro", country: "MY", age: 42 } });
  const rows: BenchRow[] = [];
  for (const [name, path, atLeast] of [
    ["OFREP single", "/ofrep/v1/evaluate/flags/flag-000", 0.6],
    [`OFREP bulk of ${FLAGS}`, "/ofrep/v1/evaluate/flags", 0.4],
  ] as const) {
    const response = await fetch(`${url}${path}`, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body,
    });
    const bare = await child("bare");
    const port = await bare.call<number>("startFastify", await response.json());
    const measure = async (at: number, whose: Child): Promise<Loaded & { readonly perCpuSecond: number }> => {
      const before = await whose.call<number>("cpu");
      const loaded = await load.call<Loaded>("load", {
        port: at,
        path,
        headers,
        body,
        connections: LOAD_CONNECTIONS,
        ms: LOAD_MS,
      });
      return { ...loaded, perCpuSecond: loaded.requests / ((await whose.call<number>("cpu")) - before) };
    };
    // A warm-up for each, then in turns, so that neither has the quieter machine.
    await measure(manager.port, server);
    await measure(port, bare);
    const [ours, theirs]: [Awaited<ReturnType<typeof measure>>[], Awaited<ReturnType<typeof measure>>[]] = [[], []];
    for (let turn = 0; turn < 3; turn++) {
      ours.push(await measure(manager.port, server));
      theirs.push(await measure(port, bare));
    }
    await bare.kill();
    const middle = (values: readonly number[]): number => percentile(values, 0.5);
    const [p50, p95, p99] = ours.at(-1)?.latenciesMs ?? [];
    const latency = [p50, p95, p99].map((ms) => ms?.toFixed(1)).join("/");
    rows.push(
      row({
        case: `${name}, per second of processor time`,
        unit: "requests",
        ours: middle(ours.map((each) => each.perCpuSecond)),
        peer: "bare Fastify",
        peerValue: middle(theirs.map((each) => each.perCpuSecond)),
        better: "higher",
        atLeast,
      }),
      row({
        case: `${name}, by the clock (p50/p95/p99 ${latency} ms, ${LOAD_CONNECTIONS} connections)`,
        unit: "requests/s",
        ours: middle(ours.map((each) => each.perSecond)),
        peer: "bare Fastify",
        peerValue: middle(theirs.map((each) => each.perSecond)),
        better: "higher",
      }),
    );
  }
  await Promise.all([server.kill(), load.kill()]);
  return rows;
}
