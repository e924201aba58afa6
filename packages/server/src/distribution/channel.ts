import { isNewer, type Order, type Snapshot } from "@flagwright/runtime";
import type { Announcement } from "./announcement.ts";
import type { ChangeSource, EnvironmentName } from "./change-source.ts";
import { EnvironmentState, type Taken } from "./environment-state.ts";
import type { Concerned } from "./fan-out.ts";
import { onlyHot } from "./hot-flags.ts";
import { formatOrder } from "./order-id.ts";
import type { Timing } from "./timing.ts";

export interface ChannelOptions {
  readonly environmentId: string;
  readonly name: EnvironmentName;
  readonly snapshot: Snapshot;
  readonly source: ChangeSource;
  readonly timing: Timing;
  /** The hot flags of the environment, by bare key. */
  readonly hot: ReadonlySet<string>;
  readonly onMoved: (urgency: "soon" | "now", concerned: Concerned) => void;
  /** Something was missed, refused or could not be read. It heals by itself; operators should know. */
  readonly onTrouble: (what: "gap" | "refused" | "unread", message: string) => void;
}

/** Steps read at once when catching up. A channel that is further behind takes a snapshot. */
const MAX_STEPS = 500;
/** How often callers may make this node read the database. */
const ASKED_MS = 50;
const RETRY_MS = 500;
const MAX_RETRY_MS = 10_000;

/** One environment on this node: takes announcements in, and reads the database again whenever one is missing. */
export class Channel {
  readonly environmentId: string;
  readonly name: EnvironmentName;
  readonly state: EnvironmentState;
  readonly #options: ChannelOptions;
  #healing: Promise<void> | undefined;
  #healAgain = false;
  #failures = 0;
  #cancelRetry: (() => void) | undefined;
  #closed = false;
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(options: ChannelOptions) {
    this.#options = options;
    this.environmentId = options.environmentId;
    this.name = options.name;
    this.state = new EnvironmentState(options.snapshot);
  }

  get order(): Order {
    return this.state.order;
  }

  /** Never throws. What does not follow from what is here is read from the database. */
  offer(announcement: Announcement): void {
    if (this.#take(announcement) === "heal") void this.heal();
  }

  /**
   * Reads from the database whatever is missing. Resolves when this node is at least where the database was at the time
   * of the call, or when the database could not be read: then it is tried again until it can.
   */
  heal(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    if (this.#healing !== undefined) {
      this.#healAgain = true;
      return this.#healing;
    }
    this.#healing = this.#healNow().finally(() => {
      this.#healing = undefined;
    });
    return this.#healing;
  }

  /**
   * A caller has heard of `order`, which may be news here. Waits until this node has read the database, unless it has
   * just done so: whoever makes orders up must not keep the database busy.
   */
  async healTo(order: Order): Promise<void> {
    if (!isNewer(order, this.order)) return;
    const now = this.#options.timing.now();
    if (this.#healing === undefined && now - this.#askedAt < ASKED_MS) return;
    this.#askedAt = now;
    await this.heal();
  }

  close(): void {
    this.#closed = true;
    this.#cancelRetry?.();
  }

  #take(announcement: Announcement): "done" | "heal" {
    const taken = this.state.take(announcement);
    this.#tell(announcement, taken);
    if (taken.verdict === "gap")
      this.#options.onTrouble("gap", `at ${formatOrder(this.order)}, ${formatOrder(announcement)} came`);
    if (taken.verdict === "refused") this.#options.onTrouble("refused", taken.message);
    return taken.verdict === "gap" || taken.verdict === "refused" ? "heal" : "done";
  }

  async #healNow(): Promise<void> {
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    do {
      this.#healAgain = false;
      try {
        await this.#catchUp();
        this.#failures = 0;
      } catch (error) {
        this.#failures++;
        this.#options.onTrouble("unread", error instanceof Error ? error.message : String(error));
        this.#retryLater();
        return;
      }
    } while (this.#healAgain && !this.#closed);
  }

  async #catchUp(): Promise<void> {
    const { source, environmentId } = this.#options;
    // The head first: what is committed between the two reads must not look like steps that were pruned.
    const head = (await source.orders([environmentId])).get(environmentId);
    const steps = await source.after(environmentId, this.order, MAX_STEPS);
    const followed = steps.length < MAX_STEPS && steps.every((step) => this.#follow(step));
    // Changes whose announcements were pruned leave no step behind; the head still tells.
    if (followed && (head === undefined || !isNewer(head, this.order))) return;
    const snapshot = await source.snapshot(environmentId);
    const taken = this.state.load(snapshot);
    if (taken.verdict === "applied") this.#options.onMoved("soon", "all");
    if (taken.verdict === "refused") throw new Error(`the snapshot in the database is not readable: ${taken.message}`);
  }

  #follow(step: Announcement): boolean {
    const taken = this.state.take(step);
    this.#tell(step, taken);
    return taken.verdict === "applied" || taken.verdict === "known";
  }

  #tell({ event }: Announcement, taken: Taken): void {
    if (taken.verdict !== "applied") return;
    const { hot, onMoved } = this.#options;
    const only = taken.patch === undefined ? undefined : onlyHot(taken.patch, hot);
    onMoved(event === "patch" ? "soon" : "now", only ?? "all");
  }

  #retryLater(): void {
    if (this.#closed) return;
    const { timing } = this.#options;
    const longest = Math.min(MAX_RETRY_MS, RETRY_MS * 2 ** Math.min(this.#failures, 10));
    this.#cancelRetry = timing.after(longest * timing.random(), () => {
      this.#cancelRetry = undefined;
      void this.heal();
    });
  }
}
