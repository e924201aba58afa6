import type { Timing } from "./timing.ts";

/** Failures in a row that open it. One may be a hiccup. */
const FAILURES = 3;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;

export class BreakerOpenError extends Error {
  override readonly name = "BreakerOpenError";
}

/**
 * Stops asking a dependency that does not answer. After a pause with jitter one call is let through; if that succeeds
 * the breaker closes, else the next pause is twice as long.
 */
export class Breaker {
  readonly #timing: Timing;
  #failures = 0;
  #openUntil: number | undefined;
  #probing = false;
  #problem = "";

  constructor(timing: Timing) {
    this.#timing = timing;
  }

  get closed(): boolean {
    return this.#openUntil === undefined;
  }

  /** What the last failure said. */
  get problem(): string {
    return this.#problem;
  }

  async run<T>(call: () => Promise<T>): Promise<T> {
    if (this.#openUntil !== undefined && (this.#probing || this.#timing.now() < this.#openUntil))
      throw new BreakerOpenError(this.#problem);
    this.#probing = this.#openUntil !== undefined;
    try {
      const result = await call();
      this.#failures = 0;
      this.#openUntil = undefined;
      return result;
    } catch (error) {
      this.#failures++;
      this.#problem = error instanceof Error ? error.message : String(error);
      if (this.#failures >= FAILURES) {
        const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(this.#failures - FAILURES, 10));
        this.#openUntil = this.#timing.now() + longest * (0.5 + this.#timing.random() / 2);
      }
      throw error;
    } finally {
      this.#probing = false;
    }
  }
}
