import { percentile, type Child } from "./distribution-child.ts";
import type { Loaded } from "./distribution-load.ts";
import { FLAGS, Manager } from "./distribution-manager.ts";
import { progress, type StartChild, type Started } from "./distribution-run.ts";
import { row, type BenchRow } from "./row.ts";

const LOAD_MS = 2_000;
const TURNS = 5;
const LOAD_CONNECTIONS = 32;

/** OFREP beside a bare Fastify route that parses the same body and answers the same JSON. */
export async function ofrep(child: StartChild): Promise<BenchRow[]> {
  progress("OFREP");
  const server = await child("server");
  const { url, credentials } = await server.call<Started>("start", {
    port: 0,
    project: "shop",
    evaluationsPerSecond: 10_000_000,
  });
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
    for (let turn = 0; turn < TURNS; turn++) {
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
