/** The one door to clock, randomness and timers. Tests put their own behind it. */
export interface Host {
  /** Milliseconds since 1970. */
  now(): number;
  /** Evenly spread over [0, 1). */
  random(): number;
  /**
   * Calls `task` once, after `delayMs`. Returns what cancels it. The timer does not keep the process alive, unless
   * somebody is waiting for it (`hold`).
   */
  after(delayMs: number, task: () => void, hold?: "hold"): Cancel;
}

export type Cancel = () => void;

/** Timers count in 32 bits: a longer wait would end at once. Whoever waits longer looks again. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

/** Node's timers are objects with `unref`; browsers' are numbers. */
interface NodeTimer {
  unref?(): void;
}

export const systemHost: Host = {
  now: () => Date.now(),
  random: () => Math.random(),
  after: (delayMs, task, hold) => {
    const timer = setTimeout(task, Math.min(delayMs, LONGEST_WAIT_MS));
    if (hold === undefined && typeof timer === "object") (timer as NodeTimer).unref?.();
    return () => clearTimeout(timer);
  },
};
