import type { Killed } from "../snapshot/model.ts";
import type { ClientError } from "./client-error.ts";

/** What a client tells its listeners, by name of the event. */
export interface ClientEvents {
  /** The first flags have arrived, from wherever. Comes once, possibly after `ready` has given up waiting. */
  readonly ready: ReadyEvent;
  /** Nothing has confirmed the flags for longer than the time to live. They are served all the same. */
  readonly stale: StaleEvent;
  /** The flags are confirmed again. */
  readonly recovered: RecoveredEvent;
  /** Some flags may answer otherwise than before. */
  readonly changed: ChangedEvent;
  /** The server serves values that this code cannot read; they were replaced. */
  readonly drift: DriftEvent;
  /** A source failed. The client goes on with what it has and tries again. */
  readonly error: ClientError;
}

export interface ReadyEvent {
  readonly epoch: number;
  readonly revision: number;
}

export interface StaleEvent {
  readonly epoch: number;
  readonly revision: number;
  /** Milliseconds since 1970: when the flags were last known to be current. */
  readonly currentAt: number;
  readonly error?: ClientError;
}

export interface RecoveredEvent {
  readonly epoch: number;
  readonly revision: number;
  /** Milliseconds spent stale. */
  readonly staleForMs: number;
}

export interface ChangedEvent {
  readonly epoch: number;
  readonly revision: number;
  readonly cause: "snapshot" | "patch" | "kill" | "purge";
  /** Wire keys whose configuration changed; `"all"` when any may have. */
  readonly flags: readonly string[] | "all";
  /** With cause `kill`: who killed it and why, or `null` when the kill was lifted. */
  readonly killed?: Killed | null;
}

export interface DriftEvent {
  readonly flag: string;
  /** Absent: the flag's default. */
  readonly variant?: string;
  /** The hash of the schema this code was generated from. */
  readonly expected: string;
  /** The hash that the server serves. */
  readonly actual: string;
  /** Why the whole configuration cannot be read; absent when it is the value that cannot. */
  readonly problem?: string;
  /** What is served instead. */
  readonly replacedBy: "last good value" | "default";
  readonly epoch: number;
  readonly revision: number;
}
