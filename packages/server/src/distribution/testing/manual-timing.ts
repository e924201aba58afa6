import type { Timing } from "../timing.ts";

/** Time that moves only when a test says so, and chance that repeats. */
export interface ManualTiming extends Timing {
  /** Runs everything that is due within the next `ms`, in order. */
  advance(ms: number): void;
  /** The time passes before what was put off with `soon` runs: as if that had taken so long. */
  advanceBeforeSettling(ms: number): void;
  /** Runs what was put off with `soon`, until nothing is left. */
  settle(): void;
  readonly pending: number;
}

export function manualTiming(random: () => number = () => 0.5, startAt: number = 1_000_000): ManualTiming {
  let now = startAt;
  let nextId = 0;
  const timers = new Map<number, { readonly at: number; readonly task: () => void }>();
  let soon: (() => void)[] = [];
  const timing: ManualTiming = {
    now: () => now,
    random,
    after(delayMs, task) {
      const id = nextId++;
      timers.set(id, { at: now + Math.max(0, delayMs), task });
      return () => void timers.delete(id);
    },
    soon: (task) => void soon.push(task),
    settle() {
      while (soon.length > 0) {
        const tasks = soon;
        soon = [];
        for (const task of tasks) task();
      }
    },
    advanceBeforeSettling(ms) {
      now += ms;
      timing.settle();
    },
    advance(ms) {
      const until = now + ms;
      for (;;) {
        timing.settle();
        let next: [number, { readonly at: number; readonly task: () => void }] | undefined;
        for (const entry of timers)
          if (entry[1].at <= until && (next === undefined || entry[1].at < next[1].at)) next = entry;
        if (next === undefined) break;
        timers.delete(next[0]);
        now = Math.max(now, next[1].at);
        next[1].task();
      }
      now = until;
      timing.settle();
    },
    get pending() {
      return timers.size + soon.length;
    },
  };
  return timing;
}
