import { readFileSync } from "node:fs";
import { Child } from "./distribution-child.ts";
import { oneNode } from "./distribution-fanout.ts";
import { twoNodes } from "./distribution-nodes.ts";
import { ofrep } from "./distribution-ofrep.ts";
import { progress } from "./distribution-run.ts";
import { row, type BenchRow } from "./row.ts";

/**
 * Distribution on loopback: server, clients and peer are processes of their own. The peer is a bare Node server that
 * writes the same bytes to as many connections, or a bare Fastify route that answers the same JSON, in the same run.
 * `FLAGWRIGHT_BENCH_CLIENTS` sets the number of clients, 10,000 if not given; `FLAGWRIGHT_BENCH_PARTS` names the parts
 * to run, of `fanout,nodes,ofrep`. All of it takes about three minutes, and gives up after fifteen.
 */
const CLIENTS = Number(process.env["FLAGWRIGHT_BENCH_CLIENTS"] ?? 10_000);
const PARTS = (process.env["FLAGWRIGHT_BENCH_PARTS"] ?? "fanout,nodes,ofrep").split(",");
const MAX_MS = 15 * 60 * 1000;
/** Files that a process of ours has open besides its connections. */
const OTHER_FILES = 200;

export async function run(): Promise<readonly BenchRow[]> {
  const children: Child[] = [];
  const child = async (name: string): Promise<Child> => {
    const started = await Child.start(name);
    children.push(started);
    return started;
  };
  const parts: { readonly [name: string]: () => Promise<BenchRow[]> } = {
    fanout: () => oneNode(child, CLIENTS),
    nodes: () => twoNodes(child),
    ofrep: () => ofrep(child),
  };
  const unknown = PARTS.filter((name) => parts[name] === undefined);
  if (unknown.length > 0) throw new Error(`FLAGWRIGHT_BENCH_PARTS names no such part: ${unknown.join(", ")}`);
  if (PARTS.includes("fanout")) refuseTooMany();
  // A part that is cut off fails, and cleans up after itself: its children are gone.
  const killAll = (): Promise<unknown> => Promise.all(children.map((each) => each.kill()));
  const tooLong = setTimeout(() => {
    process.stderr.write(`Giving up after ${MAX_MS / 60_000} minutes.\n`);
    void killAll();
  }, MAX_MS);
  try {
    const rows: BenchRow[] = [];
    for (const [name, part] of Object.entries(parts))
      if (PARTS.includes(name)) rows.push(...(await part().catch((error: unknown) => [failed(name, error)])));
    return rows;
  } finally {
    clearTimeout(tooLong);
    await killAll();
  }
}

/** A part that fails takes nothing from the others, and is a target that is missed. */
function failed(part: string, error: unknown): BenchRow {
  progress(`${part} failed: ${error instanceof Error ? error.message : String(error)}`);
  const none = { ours: Number.NaN, peerValue: Number.NaN, peer: "none" };
  return row({ case: `${part}: did not finish`, unit: "", ...none, atLeast: 1 });
}

/** @throws before anything is started, when this machine cannot hold so many connections. */
function refuseTooMany(): void {
  if (!Number.isInteger(CLIENTS) || CLIENTS < 1)
    throw new Error("FLAGWRIGHT_BENCH_CLIENTS is a whole number, from 1 on.");
  if (process.platform !== "linux") return;
  const files = Number(/^Max open files +(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1] ?? Infinity);
  const [from = 0, to = 0] = readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8").split(/\s+/).map(Number);
  const most = Math.min(files - OTHER_FILES, to - from);
  if (CLIENTS > most)
    throw new Error(
      `${CLIENTS} clients are too many here: a process may open ${files} files (ulimit -n), and there are ` +
        `${to - from} local ports. Set FLAGWRIGHT_BENCH_CLIENTS to ${most} or fewer.`,
    );
}
