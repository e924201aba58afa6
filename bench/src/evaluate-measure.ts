import { setTimeout } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

type Loop = typeof import("./evaluate-loop.ts");

/** What is measured, with the loop that measures it. */
export interface Work {
  readonly name: string;
  readonly ask: (number: number) => unknown;
  /** Whether answers are promises. */
  readonly isAsync: boolean;
  /** One number after the other is asked for, from 0 up to here. */
  readonly numbers: number;
  readonly loop: Loop;
}

let loops = 0;

/** The query makes it a module of its own: see `evaluate-loop.ts`. */
export async function work(name: string, numbers: number, ask: Work["ask"]): Promise<Work> {
  const loop = (await import(`./evaluate-loop.ts?copy=${loops++}`)) as Loop;
  return { name, ask, isAsync: ask(0) instanceof Promise, numbers, loop };
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

/**
 * Nanoseconds per call of each, the median of several rounds, the loop around the call included. The rounds take
 * turns, so that a slow moment of the machine meets everybody.
 */
export async function nanosecondsPerCall(works: readonly Work[]): Promise<ReadonlyMap<string, number>> {
  const calls = new Map<Work, number>();
  for (const work of works) calls.set(work, await callsPerRound(work));
  const times = new Map(works.map((work) => [work, [] as number[]]));
  for (let round = 0; round < ROUNDS; round++)
    for (const work of works) {
      const count = calls.get(work) ?? 1;
      times.get(work)?.push(((await timed(work, count)) * 1e6) / count);
    }
  return new Map(works.map((work) => [work.name, median(times.get(work) ?? [])]));
}

async function callsPerRound(work: Work): Promise<number> {
  let count = 1;
  for (;;) {
    const ms = await timed(work, count);
    if (ms > ROUND_MS / 2) return Math.max(1, Math.round((count * ROUND_MS) / ms));
    count *= 2;
  }
}

async function timed(work: Work, count: number): Promise<number> {
  const start = threadMs();
  await repeat(work, count);
  return threadMs() - start;
}

function repeat({ ask, isAsync, numbers, loop }: Work, count: number): Promise<void> | void {
  return isAsync ? loop.askAllAsync(ask, numbers, count) : loop.askAll(ask, numbers, count);
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
export async function bytesPerCall(work: Work): Promise<number> {
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  await repeat(work, ALLOCATION_CALLS);
  return Math.max(0, (process.memoryUsage().heapUsed - before) / ALLOCATION_CALLS);
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
