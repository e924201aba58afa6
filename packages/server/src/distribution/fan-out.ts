import { isNewer, type Order } from "@flagwright/runtime";
import type { Timing } from "./timing.ts";

/** Where bytes go. */
export interface Connection {
  /** False when the reader is behind: nothing more until it has drained. */
  write(bytes: Buffer): boolean;
  /** Ends the stream in good order. */
  end(): void;
  /** Cuts it. */
  destroy(): void;
}

/** One client's stream. It has no queue: what it needs next follows from where it is. */
export interface Member {
  readonly connection: Connection;
  readonly keyId: string;
  /** Where its base is; `undefined` until it has been sent one. */
  order: Order | undefined;
  /** The kills it has been sent; `undefined` when it has just come. */
  killSequence: number | undefined;
  /** Since when its reader has been behind; `undefined` while it keeps up. */
  blockedSince: number | undefined;
  /** The hot flags that it reads, by bare key: other hot flags do not wake it. Absent: it may read any. */
  readonly reads?: ReadonlySet<string>;
}

/** Whom a move concerns: all, or those who read one of these hot flags. */
export type Concerned = "all" | ReadonlySet<string>;

/** What a fan-out tells its members. */
export interface Feed {
  readonly order: Order;
  readonly killSequence: number;
  bytesFrom(order: Order | undefined, seen: number | undefined): Buffer | undefined;
  readonly heartbeat: Buffer;
}

export interface FanOutOptions {
  readonly feed: Feed;
  readonly timing: Timing;
  /** The shortest time between the starts of two rounds: what changes meanwhile goes out as one patch. */
  readonly coalesceMs: number;
  /** How long a reader may be behind before it is cut. */
  readonly slowReaderMs: number;
  readonly onSlowReader: () => void;
}

/** Members served, and time taken, before others get a turn. 250 writes take about that long, on a busy machine longer. */
const SLICE = 250;
const SLICE_MS = 5;
/** Members served between two looks at the clock. */
const LOOK_EVERY = 25;
/** Rounds may have taken this much more time than there was between them. Beyond it, they wait: a burst needs room. */
const MAX_OWED_MS = 1_000;

/**
 * Brings every member to where the feed is. A reader that does not keep up costs nothing but its place: it is sent
 * one merged patch or a snapshot when it has drained, and is cut when it never does.
 */
export class FanOut {
  readonly #options: FanOutOptions;
  readonly #members = new Set<Member>();
  #running = false;
  #again: "no" | "soon" | "now" = "no";
  /** Whom the next round is for. */
  #concerned: Concerned = new Set();
  #roundStartedAt = Number.NEGATIVE_INFINITY;
  #roundEndedAt = Number.NEGATIVE_INFINITY;
  /** How much longer rounds have taken than there was time between them. */
  #owedMs = 0;
  #cancelWait: (() => void) | undefined;
  #closed = false;

  constructor(options: FanOutOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#members.size;
  }

  get members(): ReadonlySet<Member> {
    return this.#members;
  }

  /** Whoever has waited for something while this was closed is sent on: nobody would look after it here. */
  join(member: Member): void {
    if (this.#closed) {
      member.connection.end();
      return;
    }
    this.#members.add(member);
    this.#bring(member);
  }

  leave(member: Member): void {
    this.#members.delete(member);
  }

  drained(member: Member): void {
    if (!this.#members.has(member)) return;
    member.blockedSince = undefined;
    this.#bring(member);
  }

  /**
   * The feed has moved. The first move goes out at once; those that follow closely go out together. Kills never wait. Who
   * is not concerned is brought along by the next move that concerns it, at the latest by the next heartbeat.
   */
  announce(urgency: "soon" | "now" = "soon", concerned: Concerned = "all"): void {
    this.#concerned =
      this.#concerned === "all" || concerned === "all" ? "all" : new Set([...this.#concerned, ...concerned]);
    if (this.#running) {
      if (this.#again !== "now") this.#again = urgency;
      return;
    }
    const { timing, coalesceMs } = this.#options;
    const now = timing.now();
    // The time of day may go back; then a change must not wait until it is there again.
    const started = Math.min(now, this.#roundStartedAt);
    // With many members there must be room for the changes themselves, but a single change need not wait for it.
    const wait = Math.max(started + coalesceMs - now, this.#owedAt(now) - MAX_OWED_MS);
    if (wait <= 0 || urgency === "now") this.#round();
    else
      this.#cancelWait ??= timing.after(wait, () => {
        this.#cancelWait = undefined;
        this.#round();
      });
  }

  #owedAt(now: number): number {
    return Math.max(0, this.#owedMs - Math.max(0, now - this.#roundEndedAt));
  }

  #round(): void {
    this.#cancelWait?.();
    this.#cancelWait = undefined;
    this.#running = true;
    this.#roundStartedAt = this.#options.timing.now();
    this.#owedMs = this.#owedAt(this.#roundStartedAt);
    const concerned = this.#concerned;
    this.#concerned = new Set();
    this.#inSlices(
      (member) => {
        if (concerns(concerned, member)) this.#bring(member);
      },
      () => {
        const again = this.#again;
        this.#running = false;
        this.#roundEndedAt = this.#options.timing.now();
        const took = Math.max(0, this.#roundEndedAt - this.#roundStartedAt);
        // The time of day may go ahead in the middle of a round, which then seems to have taken for ever.
        this.#owedMs = Math.min(this.#owedMs + took, 2 * MAX_OWED_MS);
        this.#again = "no";
        if (again !== "no") this.announce(again, this.#concerned);
      },
    );
  }

  /** Says where the feed is to whoever keeps up, and cuts who has not for too long. */
  beat(): void {
    const { feed, timing, slowReaderMs, onSlowReader } = this.#options;
    const bytes = feed.heartbeat;
    this.#inSlices((member) => {
      this.#bring(member);
      if (member.blockedSince === undefined) this.#write(member, bytes);
      else if (timing.now() - member.blockedSince >= slowReaderMs) {
        this.#members.delete(member);
        onSlowReader();
        member.connection.destroy();
      }
    });
  }

  close(): void {
    this.#closed = true;
    this.#cancelWait?.();
    this.#cancelWait = undefined;
    this.#members.clear();
  }

  #inSlices(serve: (member: Member) => void, done: () => void = () => {}): void {
    const members = this.#members.values();
    const slice = (): void => {
      const startedAt = this.#options.timing.now();
      for (let served = 0; served < SLICE; served++) {
        if (served % LOOK_EVERY === LOOK_EVERY - 1 && this.#options.timing.now() - startedAt >= SLICE_MS) break;
        const next = members.next();
        if (next.done === true) {
          done();
          return;
        }
        serve(next.value);
      }
      this.#options.timing.soon(slice);
    };
    slice();
  }

  #bring(member: Member): void {
    if (member.blockedSince !== undefined) return;
    const { feed } = this.#options;
    const bytes = feed.bytesFrom(member.order, member.killSequence);
    member.killSequence = feed.killSequence;
    if (bytes === undefined) return;
    if (member.order === undefined || isNewer(feed.order, member.order)) member.order = feed.order;
    this.#write(member, bytes);
  }

  #write(member: Member, bytes: Buffer): void {
    if (!member.connection.write(bytes)) member.blockedSince = this.#options.timing.now();
  }
}

function concerns(concerned: Concerned, { reads }: Member): boolean {
  if (concerned === "all" || reads === undefined) return true;
  for (const flag of concerned) if (reads.has(flag)) return true;
  return false;
}
