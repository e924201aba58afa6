import type { ClientError } from "./client-error.ts";

/**
 * How a client stands.
 *
 * - `connecting`: no flags yet, from anywhere; flags serve the defaults compiled in.
 * - `ready`: flags are current, as far as can be known.
 * - `stale`: flags are served, and nothing has confirmed them for longer than the time to live.
 * - `closed`: flags keep answering from the last snapshot, which nothing updates any more.
 */
export interface ClientStatus {
  readonly state: "connecting" | "ready" | "stale" | "closed";
  /** The order of the snapshot that answers; absent when there is none. */
  readonly epoch?: number;
  readonly revision?: number;
  /** Milliseconds since 1970: when the flags were last known to be current. */
  readonly currentAt?: number;
  /** The last failure, until a source succeeds. */
  readonly error?: ClientError;
}
