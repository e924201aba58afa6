import type { Host } from "../client/host.ts";

/** The first wait is at most this long: a restarted node is back before anybody notices. */
export const BACKOFF_BASE_MS = 1_000;
/** The longest wait; also how long a client takes at the most to find a server that is back. */
export const BACKOFF_CAP_MS = 30_000;
/** A connection that dies sooner than this was not a success: waits must go on growing. */
export const HEALTHY_AFTER_MS = 60_000;

/**
 * Exponential backoff with full jitter (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015): a wait
 * is spread evenly over [0, min(cap, base · 2^n)), so that clients who failed together do not return together.
 */
export class Backoff {
  readonly #host: Host;
  #failures = 0;
  #succeededAt: number | undefined;

  constructor(host: Host) {
    this.#host = host;
  }

  /** A connection has become good. It counts only once it has stayed so for a minute. */
  succeeded(): void {
    this.#succeededAt ??= this.#host.now();
  }

  /** Milliseconds to wait after a failure: what the server asked for, and the jitter on top of it. */
  next(retryAfterMs = 0): number {
    if (this.#succeededAt !== undefined && this.#host.now() - this.#succeededAt >= HEALTHY_AFTER_MS) this.#failures = 0;
    this.#succeededAt = undefined;
    const ceiling = Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** this.#failures);
    this.#failures = Math.min(this.#failures + 1, 16);
    return retryAfterMs + this.#host.random() * ceiling;
  }
}
