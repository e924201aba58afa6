import type { Cancel, Host } from "./host.ts";

/**
 * Watches how long ago the flags were confirmed. Running out of time never drops a flag: it asks the source for news
 * and marks the answers.
 */
export class Freshness {
  readonly #host: Host;
  readonly #ttlMs: number;
  readonly #onStale: (currentAt: number) => void;
  #currentAt = 0;
  #isStale = false;
  #cancel: Cancel | undefined;

  constructor(host: Host, ttlMs: number, onStale: (currentAt: number) => void) {
    this.#host = host;
    this.#ttlMs = ttlMs;
    this.#onStale = onStale;
  }

  get isStale(): boolean {
    return this.#isStale;
  }

  /** Milliseconds since 1970; 0 before the first confirmation. */
  get currentAt(): number {
    return this.#currentAt;
  }

  /** Returns how long the flags were stale, if they were. */
  confirm(): number | undefined {
    const now = this.#host.now();
    const staleForMs = this.#isStale ? Math.max(0, now - this.#currentAt) : undefined;
    this.#currentAt = now;
    this.#isStale = false;
    this.#watch();
    return staleForMs;
  }

  /** What was just loaded is as old as this. */
  startStale(currentAt: number): void {
    this.#currentAt = currentAt;
    this.#isStale = true;
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** One timer runs at a time and looks again when it ends, since heartbeats are many and staleness is rare. */
  #watch(): void {
    if (this.#cancel !== undefined || this.#ttlMs === Number.POSITIVE_INFINITY) return;
    const look = (): void => {
      this.#cancel = undefined;
      if (this.#isStale) return;
      if (this.#host.now() - this.#currentAt < this.#ttlMs) return this.#watch();
      this.#isStale = true;
      this.#onStale(this.#currentAt);
    };
    const dueMs = this.#currentAt + this.#ttlMs - this.#host.now();
    // A clock that jumps back must not put the look off for ever.
    this.#cancel = this.#host.after(Math.min(Math.max(dueMs, 1), this.#ttlMs), look);
  }
}
