import { freePort } from "../../scripts/services/redis.ts";
import { startPostgres } from "../../packages/server/src/storage/testing/postgres.ts";
import { now, percentile, type Child } from "./distribution-child.ts";
import type { Arrived, Opened } from "./distribution-clients.ts";
import { FLAGS, Manager } from "./distribution-manager.ts";
import { everybody, progress, type StartChild, type Started } from "./distribution-run.ts";
import { row, type BenchRow } from "./row.ts";

const CHANGES = 25;
const BURST = 1_000;
const BURST_AT_ONCE = 16;
const KILLS = 5;
const MAX_KILL_MS = 60_000;
/** A hundred times what they take on a quiet machine, and ten times. */
const CHANGE_LIMIT_MS = 30_000;
const BURST_LIMIT_MS = 300_000;
/** What a patch of one flag and a snapshot of the benchmark's flags weigh. */
const PATCH_BYTES = 480;
const SNAPSHOT_BYTES = 36_000;
/** Opening takes ten seconds at the rate that the server is given. */
const RATE_SHARE = 10;

interface FanOut {
  readonly took: readonly number[];
  readonly perConnectionKiB: number;
}

/** One node and its clients, beside a bare Node server that writes the same bytes to as many connections. */
export async function oneNode(child: StartChild, count: number): Promise<BenchRow[]> {
  const postgres = await startPostgres();
  try {
    const clients = await child("clients");
    const databaseUrl = await postgres.newDatabase();
    const streamsPerSecond = Math.ceil(count / RATE_SHARE);
    const limits = { requestsPerMinute: 10_000_000, maxEventLoopDelayMs: 0, streamsPerSecond };
    const config = { port: await freePort(), databaseUrl, project: "shop", ...limits };
    let server = await child("server");
    const { url, credentials } = await server.call<Started>("start", config);
    if (credentials === undefined) throw new Error("a new server has credentials");
    const manager = new Manager(url, credentials);
    await manager.pushFlags(FLAGS);

    const { ours, bare } = await fanOuts(child, server, clients, manager, count);
    const kills = await killsOf(clients, manager);
    progress(`${BURST} changes in a burst`);
    await server.call("watchLoop");
    const burst = await burstOf(manager, clients);
    const loopDelayMs = await server.call<number>("loopDelay");

    progress("SIGKILL and restart");
    const reopened = everybody<Opened>(clients, "reopened");
    const restarted = server.kill().then(async () => {
      server = await child("server");
      await server.call<Started>("start", config);
    });
    const [herd] = await Promise.all([reopened, restarted]);
    const mostPerSecond = await server.call<number>("mostPerSecond");
    await clients.call("close");
    await Promise.all([server.kill(), clients.kill()]);

    const many = `${count.toLocaleString("en-US")} clients`;
    const perSecond = streamsPerSecond.toLocaleString("en-US");
    return [
      row({
        case: `${many}: change to last, p50 (ours with the commit)`,
        unit: "ms",
        ours: percentile(ours.took, 0.5),
        peer: "bare http",
        peerValue: percentile(bare.took, 0.5),
        atLeast: 1 / 1.5,
      }),
      row({
        case: `${many}: memory per connection`,
        unit: "KiB",
        ours: ours.perConnectionKiB,
        peer: "bare http",
        peerValue: bare.perConnectionKiB,
        atLeast: 1 / 1.5,
      }),
      row({
        case: `${many}: ${BURST} changes in a burst, event loop delay p99`,
        unit: "ms",
        ours: loopDelayMs,
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
        case: `${many}: kill → 99 % applied, by receipts, p99 of ${KILLS} (p50 ${percentile(kills, 0.5).toFixed(0)} ms)`,
        unit: "ms",
        ours: percentile(kills, 0.99),
        peer: "bare http, one write",
        peerValue: percentile(bare.took, 0.99),
      }),
      row({
        case: `${many}: all back after SIGKILL and restart (${herd.refused} times told to wait)`,
        unit: "s",
        ours: herd.ms / 1000,
        peer: `at ${perSecond} a second`,
        peerValue: count / streamsPerSecond,
      }),
      row({
        case: `${many}: most streams let in within any one second of that`,
        unit: "streams",
        ours: mostPerSecond,
        peer: "limit, as configured",
        peerValue: streamsPerSecond,
        atLeast: 1,
      }),
    ];
  } finally {
    await postgres.stop();
  }
}

/** Milliseconds from the start of `change` to the arrival of `needle` at the last client. */
async function tookTo(
  clients: Child,
  needle: string,
  change: () => Promise<unknown>,
  limitMs: number = CHANGE_LIMIT_MS,
): Promise<number> {
  await clients.call("expect", { needle });
  const startedAt = now();
  const [{ last }] = await Promise.all([everybody<Arrived>(clients, "arrive", {}, limitMs), change()]);
  return last - startedAt;
}

/**
 * The same changes at our server and at the bare one, in turns, so that neither has the quieter machine. Each has as
 * many clients as the other, in a process of their own.
 */
async function fanOuts(
  child: StartChild,
  server: Child,
  clients: Child,
  manager: Manager,
  count: number,
): Promise<{ readonly ours: FanOut; readonly bare: FanOut }> {
  const [bare, bareClients] = [await child("bare"), await child("clients")];
  const port = await bare.call<number>("start", {
    snapshot: `event: snapshot\nid: 1-0\ndata: {}\n\n${"x".repeat(SNAPSHOT_BYTES)}\n\n`,
  });
  progress(`the bare server: ${count} streams`);
  const bareKiB = await memoryOf(bare, bareClients, { port, path: "/stream", key: "none", count });
  progress(`one node: ${count} streams`);
  const path = "/sdk/v1/stream";
  const ourKiB = await memoryOf(server, clients, { port: manager.port, path, key: manager.serverKey, count });
  progress(`${CHANGES} changes at each`);
  const [bareTook, ourTook]: [number[], number[]] = [[], []];
  for (let change = 1; change <= CHANGES; change++) {
    const patch = `event: patch\nid: 1-${change}\ndata: ${JSON.stringify({ filler: "x".repeat(PATCH_BYTES) })}\n\n`;
    const post = (): Promise<unknown> => fetch(`http://127.0.0.1:${port}/`, { method: "POST", body: patch });
    bareTook.push(await tookTo(bareClients, `id: 1-${change}\n`, post));
    const { epoch, revision } = await manager.order();
    const toggle = (): Promise<unknown> => manager.toggle("flag-000", change % 2 === 0);
    ourTook.push(await tookTo(clients, `id: ${epoch}-${revision + 1}\n`, toggle));
  }
  await Promise.all([bare.kill(), bareClients.kill()]);
  return {
    ours: { took: ourTook, perConnectionKiB: ourKiB },
    bare: { took: bareTook, perConnectionKiB: bareKiB },
  };
}

interface Where {
  readonly port: number;
  readonly path: string;
  readonly key: string;
  readonly count: number;
}

/** Opens the streams. KiB that the server has taken for each of them. */
async function memoryOf(server: Child, clients: Child, where: Where): Promise<number> {
  const before = await server.call<number>("memory");
  await everybody<Opened>(clients, "open", where);
  return ((await server.call<number>("memory")) - before) / where.count / 1024;
}

async function killsOf(clients: Child, manager: Manager): Promise<readonly number[]> {
  progress(`${KILLS} kills with receipts`);
  const kills: number[] = [];
  await clients.call("reportKills");
  for (let kill = 0; kill < KILLS; kill++) {
    const startedAt = now();
    const order = await manager.kill("flag-001");
    for (;;) {
      const { complete, applied, connected } = await manager.receipt(order, 0.99);
      if (complete) break;
      if (now() - startedAt > MAX_KILL_MS)
        throw new Error(`after ${MAX_KILL_MS / 1000} s a kill was applied by ${applied} of ${connected} clients`);
    }
    kills.push(now() - startedAt);
    await manager.lift("flag-001");
    // Reports of the lift are still coming in.
    await new Promise((resolve) => setTimeout(resolve, kills.at(-1)));
  }
  return kills;
}

async function burstOf(manager: Manager, clients: Child): Promise<{ readonly ms: number; readonly lastMs: number }> {
  const { epoch, revision } = await manager.order();
  let ms = 0;
  const burst = async (): Promise<void> => {
    const startedAt = now();
    let next = 0;
    const work = async (): Promise<void> => {
      while (next < BURST) {
        const turn = next++;
        await manager.toggle(`flag-${String(turn % FLAGS).padStart(3, "0")}`, Math.floor(turn / FLAGS) % 2 === 1);
      }
    };
    await Promise.all(Array.from({ length: BURST_AT_ONCE }, work));
    ms = now() - startedAt;
  };
  const lastMs = await tookTo(clients, `id: ${epoch}-${revision + BURST}\n`, burst, BURST_LIMIT_MS);
  return { ms, lastMs: Math.max(0, lastMs - ms) };
}
