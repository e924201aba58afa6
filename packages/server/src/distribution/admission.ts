import { Problem } from "../http/problem.ts";
import type { Timing } from "./timing.ts";

export interface AdmissionOptions {
  /** Streams that this node holds at the most. */
  readonly maxStreams: number;
  /** New streams that are let in per second, after a burst of as many. */
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

/** Bounds how many streams there are, and how fast they come after a restart. */
export class Admission {
  readonly #options: AdmissionOptions;
  #open = 0;
  #tokens: number;
  #refilledAt: number;
  /** Until when the turns given to those who were sent away are taken. */
  #turnsUntil = 0;

  constructor(options: AdmissionOptions) {
    this.#options = options;
    this.#tokens = options.streamsPerSecond;
    this.#refilledAt = options.timing.now();
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
    // The time of day may go back; then nothing is refilled, and nothing is lost.
    this.#tokens = Math.min(
      streamsPerSecond,
      this.#tokens + (Math.max(0, now - this.#refilledAt) / 1000) * streamsPerSecond,
    );
    this.#refilledAt = now;
    if (this.#tokens < 1) {
      this.#turnsUntil = Math.max(this.#turnsUntil, now) + 1000 / streamsPerSecond;
      const wait = Math.ceil((this.#turnsUntil - now) / 1000);
      return { admitted: false, reason: "rate", retryAfter: Math.min(MAX_RETRY_SECONDS, Math.max(1, wait)) };
    }
    this.#tokens--;
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
