/** The one door to time and chance for everything that distributes. Simulations put their own behind it. */
export interface Timing {
  /** Milliseconds since 1970. */
  now(): number;
  /** Evenly spread over [0, 1). */
  random(): number;
  /** Calls `task` once after `delayMs`; does not keep the process alive. Returns what cancels it. */
  after(delayMs: number, task: () => void): () => void;
  /** Calls `task` once what is already under way has had its turn: between two slices of work. */
  soon(task: () => void): void;
}

export function systemTiming(clock: { now(): number }): Timing {
  return {
    now: () => clock.now(),
    random: Math.random,
    after: (delayMs, task) => {
      const timer = setTimeout(task, delayMs).unref();
      return () => clearTimeout(timer);
    },
    soon: (task) => void setImmediate(task),
  };
}
