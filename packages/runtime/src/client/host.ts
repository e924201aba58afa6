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

/** Node's timers are objects with `unref`; browsers' are numbers. */
interface NodeTimer {
  unref?(): void;
}

export const systemHost: Host = {
  now: () => Date.now(),
  random: () => Math.random(),
  after: (delayMs, task, hold) => {
    const timer = setTimeout(task, delayMs);
    if (hold === undefined && typeof timer === "object") (timer as NodeTimer).unref?.();
    return () => clearTimeout(timer);
  },
};
