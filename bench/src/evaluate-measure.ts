import { setTimeout } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Keeps results alive, so that the engine cannot leave the work out. */
export const sink: { value: unknown; count: number } = { value: undefined, count: 0 };

export interface Work {
  readonly name: string;
  /** One call; it may return a promise, which is then awaited, since a caller would have to. */
  readonly call: (index: number) => unknown;
}

const ROUNDS = 9;
const ROUND_MS = 25;

/**
 * Milliseconds that this thread has had of a processor. On a machine that does other things as well it tells the work
 * from the waiting.
 */
export function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** What the loop itself costs: it is taken off everybody's time. */
const idle: Work = { name: "the loop", call: (index) => index };

/**
 * Nanoseconds per call of each, the median of several rounds, without what the loop costs. The rounds take turns, so
 * that a slow moment of the machine meets everybody.
 */
export async function nanosecondsPerCall(measured: readonly Work[]): Promise<ReadonlyMap<string, number>> {
  const works = [idle, ...measured];
  const calls = new Map<string, number>();
  for (const work of works) calls.set(work.name, await callsPerRound(work));
  const times = new Map(works.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round < ROUNDS; round++)
    for (const work of works) {
      const count = calls.get(work.name) ?? 1;
      times.get(work.name)?.push(((await timed(work, count)) * 1e6) / count);
    }
  const loop = median(times.get(idle.name) ?? []);
  return new Map(measured.map(({ name }) => [name, Math.max(1, median(times.get(name) ?? []) - loop)]));
}

async function callsPerRound(work: Work): Promise<number> {
  let count = 1;
  for (;;) {
    const ms = await timed(work, count);
    if (ms > ROUND_MS / 2) return Math.max(1, Math.round((count * ROUND_MS) / ms));
    count *= 2;
  }
}

async function timed({ call }: Work, count: number): Promise<number> {
  const isAsync = call(0) instanceof Promise;
  const start = threadMs();
  if (isAsync) for (let index = 0; index < count; index++) keep(await call(index));
  else for (let index = 0; index < count; index++) keep(call(index));
  return threadMs() - start;
}

function keep(result: unknown): void {
  if (result === true) sink.count++;
  else sink.value = result;
}

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Bytes in use once what was closed before has really gone: closing goes on in the background. */
export async function settledHeap(): Promise<number> {
  let last = Infinity;
  for (;;) {
    await setTimeout(100);
    collectGarbage();
    const { heapUsed } = process.memoryUsage();
    if (heapUsed >= last - 1024) return heapUsed;
    last = heapUsed;
  }
}

/** Few enough calls that nothing is collected in between. */
const ALLOCATION_CALLS = 4000;

/** Bytes on the heap per call, once the code is warm. */
export async function bytesPerCall({ call }: Work): Promise<number> {
  const isAsync = call(0) instanceof Promise;
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  if (isAsync) for (let index = 0; index < ALLOCATION_CALLS; index++) keep(await call(index));
  else for (let index = 0; index < ALLOCATION_CALLS; index++) keep(call(index));
  return Math.max(0, (process.memoryUsage().heapUsed - before) / ALLOCATION_CALLS);
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
