import type { Announcement } from "./announcement.ts";
import type { Bus } from "./bus.ts";
import type { ChangeSource, EnvironmentName, WaitingAnnouncement } from "./change-source.ts";
import type { Timing } from "./timing.ts";

export interface RelayOptions {
  readonly source: ChangeSource;
  readonly bus: Bus;
  readonly timing: Timing;
  /** This node's own clients hear of a change without the detour over the bus. */
  readonly deliver: (environmentId: string, announcements: readonly Announcement[]) => void;
  /** For what the bus did not take: this node's clients must not wait for the bus to come back. */
  readonly catchUp: (environmentId: string) => void;
  readonly onRelayed: (environmentId: string, waitedMs: number) => void;
  readonly onTrouble: (message: string) => void;
}

/** Rows read at once. Enough for any burst, small enough to hold. */
const BATCH = 500;
/** How often the outbox is swept for what a node that died, or a bus that was down, has left behind. */
const SWEEP_MS = 1_000;
/** How long relayed rows are kept, for nodes that catch up step by step. */
const KEEP_MS = 60 * 60 * 1000;
const PRUNE_EVERY_MS = 5 * 60 * 1000;

/**
 * Moves the outbox to the bus. Several nodes may relay the same rows: what arrives twice is ignored, and since a node
 * starts at the first row that nobody has marked and marks only what the bus has taken, the order holds.
 */
export class Relay {
  readonly #options: RelayOptions;
  readonly #names = new Map<string, EnvironmentName>();
  readonly #woken = new Set<string>();
  #running: Promise<void> | undefined;
  #cancelSweep: (() => void) | undefined;
  #prunedAt: number;
  #closed = false;

  constructor(options: RelayOptions) {
    this.#options = options;
    this.#prunedAt = options.timing.now();
  }

  start(): void {
    this.#sweepLater(0);
  }

  /** A change of this environment has been committed. */
  wake(environmentId: string): void {
    if (this.#closed) return;
    this.#woken.add(environmentId);
    this.#running ??= this.#drain().finally(() => {
      this.#running = undefined;
    });
  }

  /** This environment has been deleted: nothing of it is published any more. */
  forget(environmentId: string): void {
    this.#names.delete(environmentId);
  }

  /** Resolves when nothing of the relay runs. What is left waiting is taken up by the next start, or another node. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelSweep?.();
    await this.#running;
  }

  async #drain(): Promise<void> {
    for (const environmentId of this.#woken) {
      this.#woken.delete(environmentId);
      await this.#move(environmentId);
      if (this.#closed) return;
    }
  }

  /** `undefined`: of every environment. */
  async #move(environmentId: string | undefined): Promise<void> {
    const { source, onTrouble } = this.#options;
    try {
      for (;;) {
        const rows = await source.waiting(environmentId, BATCH);
        for (const group of byEnvironment(rows)) await this.#relay(group);
        if (rows.length < BATCH) return;
      }
    } catch (error) {
      // The rows stay where they are; the next sweep tries again.
      if (environmentId !== undefined) this.#options.catchUp(environmentId);
      onTrouble(error instanceof Error ? error.message : String(error));
    }
  }

  async #relay(rows: readonly WaitingAnnouncement[]): Promise<void> {
    const environmentId = rows[0]?.environmentId ?? "";
    const { source, bus, timing, deliver, onRelayed } = this.#options;
    const announcements = rows.map(({ event, epoch, revision, data }) => ({ event, epoch, revision, data }));
    const name = this.#names.get(environmentId) ?? (await source.name(environmentId));
    if (name !== undefined) this.#names.set(environmentId, name);
    // On its way to the other nodes first: writing to thousands of clients here takes longer than the bus does.
    const published = name === undefined ? undefined : bus.publish(name, announcements);
    deliver(environmentId, announcements);
    await published;
    const now = timing.now();
    await source.markRelayed(
      rows.map((row) => row.id),
      now,
    );
    for (const row of rows) onRelayed(environmentId, now - row.at);
  }

  #sweepLater(delayMs: number): void {
    if (this.#closed) return;
    this.#cancelSweep = this.#options.timing.after(delayMs, () => {
      const before = this.#running ?? Promise.resolve();
      this.#running = before
        .then(() => this.#move(undefined))
        .then(() => this.#prune())
        .finally(() => {
          this.#running = undefined;
          this.#sweepLater(SWEEP_MS * (0.5 + this.#options.timing.random()));
          for (const environmentId of this.#woken) this.wake(environmentId);
        });
    });
  }

  async #prune(): Promise<void> {
    const { source, timing, onTrouble } = this.#options;
    const now = timing.now();
    if (now - this.#prunedAt < PRUNE_EVERY_MS) return;
    this.#prunedAt = now;
    await source.prune(now - KEEP_MS).catch((error: unknown) => onTrouble(String(error)));
  }
}

/** Rows come by environment already; this only cuts them. */
function byEnvironment(rows: readonly WaitingAnnouncement[]): readonly (readonly WaitingAnnouncement[])[] {
  const groups: WaitingAnnouncement[][] = [];
  for (const row of rows) {
    const last = groups.at(-1);
    if (last?.[0]?.environmentId === row.environmentId) last.push(row);
    else groups.push([row]);
  }
  return groups;
}
