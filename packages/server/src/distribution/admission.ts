import { Problem } from "../http/problem.ts";
import type { Timing } from "./timing.ts";

export interface AdmissionOptions {
  /** Streams that this node holds at the most. */
  readonly maxStreams: number;
  /** New streams that are let in within any one second. */
  readonly streamsPerSecond: number;
  readonly timing: Timing;
}

export type Admitted =
  | { readonly admitted: true }
  /** `retryAfter` is in whole seconds and different for those who come together, so that they do not come again together. */
  | { readonly admitted: false; readonly reason: "full" | "rate"; readonly retryAfter: number };

/** A node that is full is not going to be empty within a second. */
const FULL_RETRY_SECONDS = 10;
/** Whoever is told to wait longer than this will find the node, or another one, long before. */
const MAX_RETRY_SECONDS = 60;

const WINDOW_MS = 1_000;

/** Bounds how many streams there are, and how fast they come after a restart. */
export class Admission {
  readonly #options: AdmissionOptions;
  #open = 0;
  /** When each of the last `streamsPerSecond` streams was let in; the oldest is at `#oldest`. */
  readonly #letInAt: Float64Array;
  #oldest = 0;
  #askedAt = Number.NEGATIVE_INFINITY;
  /** Until when the turns given to those who were sent away are taken. */
  #turnsUntil = 0;

  constructor(options: AdmissionOptions) {
    this.#options = options;
    this.#letInAt = new Float64Array(Math.max(1, Math.floor(options.streamsPerSecond))).fill(Number.NEGATIVE_INFINITY);
  }

  get open(): number {
    return this.#open;
  }

  /** Every admitted stream is to be given back with `release`. */
  admit(): Admitted {
    const { maxStreams, streamsPerSecond, timing } = this.#options;
    const now = timing.now();
    if (this.#open >= maxStreams)
      return { admitted: false, reason: "full", retryAfter: Math.ceil(FULL_RETRY_SECONDS * (0.5 + timing.random())) };
    // The time of day may go back. What was let in at times to come must not keep everybody out until then.
    if (now < this.#askedAt) {
      this.#letInAt.fill(Number.NEGATIVE_INFINITY);
      this.#turnsUntil = now;
    }
    this.#askedAt = now;
    if (now - (this.#letInAt[this.#oldest] ?? 0) < WINDOW_MS) {
      this.#turnsUntil = Math.max(this.#turnsUntil, now) + 1000 / streamsPerSecond;
      const wait = Math.ceil((this.#turnsUntil - now) / 1000);
      return { admitted: false, reason: "rate", retryAfter: Math.min(MAX_RETRY_SECONDS, Math.max(1, wait)) };
    }
    this.#letInAt[this.#oldest] = now;
    this.#oldest = (this.#oldest + 1) % this.#letInAt.length;
    this.#open++;
    return { admitted: true };
  }

  release(): void {
    this.#open--;
  }
}

export interface Door {
  readonly admission: Admission;
  readonly draining: () => boolean;
  readonly onRefused: (reason: "full" | "rate" | "draining") => void;
}

/** Throws 503 when this node takes no further stream. */
export function admit({ admission, draining, onRefused }: Door): void {
  if (draining()) {
    onRefused("draining");
    throw new Problem(503, "DRAINING", "Shutting down", "This node is shutting down. Connect again.", {
      retryAfter: 1,
    });
  }
  const admitted = admission.admit();
  if (admitted.admitted) return;
  onRefused(admitted.reason);
  const detail =
    admitted.reason === "full"
      ? "This node holds as many streams as it may. Poll, or try again."
      : "Too many streams open at the same moment. Try again when Retry-After says.";
  throw new Problem(503, "STREAMS_EXHAUSTED", "No stream free", detail, { retryAfter: admitted.retryAfter });
}
