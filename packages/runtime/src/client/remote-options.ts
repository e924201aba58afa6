import type { Host } from "./host.ts";

/** How a client that holds values for one context is set up. */
export interface RemoteOptions {
  /** The server's address: `https://flags.example.com`. */
  readonly url: string;
  /** A client key of the environment, which may be public: `fw_client_…`. */
  readonly key: string;
  /** Whom the flags are evaluated for. */
  readonly context: RemoteContext;
  /** How long `ready` waits at the most, in milliseconds. Default 5,000. */
  readonly readyTimeoutMs?: number;
  /** From one question to the next while no event stream is open, in milliseconds. Default 60,000. */
  readonly pollIntervalMs?: number;
  /** Clock, randomness and timers, for tests. */
  readonly host?: Host;
  /** Instead of the platform's. */
  readonly fetch?: typeof fetch;
  readonly EventSource?: new (url: string) => EventStream;
}

export interface RemoteContext {
  readonly targetingKey?: string | undefined;
  readonly [attribute: string]: unknown;
}

/** The part of the platform's `EventSource` that is used. */
export interface EventStream {
  /** 0 connecting, 1 open, 2 given up. */
  readonly readyState: number;
  addEventListener(type: string, listener: (event: { readonly data?: unknown }) => void): void;
  close(): void;
}

export interface RemoteEvents {
  /** The first values have arrived. */
  readonly ready: RemoteStatus;
  /** Values changed, because of the server or the context. Wire keys; `"all"` with a new context. */
  readonly changed: { readonly flags: readonly string[] | "all" };
  /** The values could not be fetched; they are served all the same, and it is tried again. */
  readonly stale: RemoteStatus;
  readonly recovered: RemoteStatus;
  /** A value that this code cannot read was replaced. */
  readonly drift: { readonly flag: string; readonly replacedBy: "last good value" | "default" };
}

export interface RemoteStatus {
  readonly state: "connecting" | "ready" | "stale" | "closed";
  /** What went wrong last, until something goes well. */
  readonly error?: string;
}
