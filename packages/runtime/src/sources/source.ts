import type { ClientError } from "../client/client-error.ts";
import type { Order } from "../snapshot/order.ts";

/** Where a client's flags come from. Started once; reports through its sink until it is closed. */
export interface Source {
  /** For messages: `stream`, `poll`, `file`, `static`, `redis`. */
  readonly name: string;
  start(sink: SourceSink): void;
  /** The client has not heard that its flags are current for too long, and asks for news. */
  refresh(): void;
  /** Resolves when nothing of the source is left running. Nothing is reported afterwards. */
  close(): Promise<void>;
}

/** How a source speaks to its client. None of it throws. */
export interface SourceSink {
  accept(event: SourceEvent): Verdict;
  /** What the client's base is at, overlays left aside: from here a source resumes. */
  order(): Order | undefined;
}

/**
 * What came of an event.
 *
 * - `applied`: the flags are now those of the event.
 * - `unchanged`: they were already, or are newer.
 * - `gap`: something was missed. The source must fetch a full snapshot.
 * - `refused`: the data is not readable, and the client keeps what it has.
 */
export type Verdict = "applied" | "unchanged" | "gap" | "refused";

/** `data` is JSON text, or what it parses to. */
export type SourceEvent =
  | {
      readonly type: "snapshot";
      readonly data: unknown;
      /** Drop every cached copy first. */
      readonly purge?: true;
      /** The source is the only authority, so the order does not matter: files may go back. */
      readonly force?: true;
    }
  | { readonly type: "patch"; readonly data: unknown }
  | { readonly type: "kill"; readonly data: unknown }
  /** The source says what is current: by a heartbeat, or by an answer that nothing changed. */
  | {
      readonly type: "current";
      readonly order?: Order;
      /** It came over a stream when it was due: nothing in between holds events back. */
      readonly flows?: true;
    }
  | { readonly type: "connected" }
  /** The source tries again by itself. */
  | { readonly type: "failed"; readonly error: ClientError };
