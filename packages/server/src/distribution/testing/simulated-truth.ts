import { applyPatch, type FlagConfiguration, type Order, type Patch, type Snapshot } from "@flagwright/runtime";
import type { ChangeSource, WaitingAnnouncement } from "../change-source.ts";
import { flag, snapshotAt } from "./model-flags.ts";

export const ENVIRONMENT = "environment-1";
/** Outbox rows that a step-by-step catch-up finds; older ones are pruned, so that snapshots are needed too. */
const KEPT_ROWS = 30;

/** A database of one environment that remembers every state it was in. Nodes see it through a `ChangeSource`. */
export class SimulatedTruth {
  snapshot: Snapshot = snapshotAt(1_000, 1, [flag("a"), flag("b"), flag("c")]);
  /** `epoch-revision` → flags, for checking what clients have. */
  readonly history: Map<string, string> = new Map();
  #rows: (WaitingAnnouncement & { relayed: boolean })[] = [];
  #nextId = 1;

  constructor() {
    this.#remember();
  }

  change(key: string, on: boolean): void {
    this.#advance([{ ...flag(key, on) }], []);
  }

  put(configuration: FlagConfiguration): void {
    this.#advance([configuration], []);
  }

  remove(key: string): void {
    this.#advance([], [key]);
  }

  kill(key: string): void {
    const found = this.snapshot.flags.find((each) => each.key === key) ?? flag(key);
    const { killed, ...alive } = found;
    const next: FlagConfiguration =
      killed === undefined ? { ...found, killed: { at: "2026-01-01T00:00:00Z", by: "sim", reason: "test" } } : alive;
    const order = { epoch: this.snapshot.epoch, revision: this.snapshot.revision + 1 };
    this.#insert("kill", order, { ...order, flag: key, killed: next.killed ?? null });
    this.#advance([next], []);
  }

  purge(): void {
    this.snapshot = { ...this.snapshot, epoch: this.snapshot.epoch + 1, revision: this.snapshot.revision + 1 };
    this.#remember();
    this.#insert("purge", this.snapshot, { snapshot: this.snapshot });
  }

  #advance(flags: readonly FlagConfiguration[], deleted: readonly string[]): void {
    const { epoch, revision } = this.snapshot;
    const patch: Patch = {
      format: 1,
      epoch,
      from: revision,
      to: revision + 1,
      put: { flags, segments: [] },
      delete: { flags: deleted, segments: [] },
    };
    this.snapshot = applyPatch(this.snapshot, patch);
    this.#remember();
    this.#insert("patch", this.snapshot, patch);
  }

  #insert(event: WaitingAnnouncement["event"], { epoch, revision }: Order, payload: object): void {
    const data = JSON.stringify(payload);
    this.#rows.push({
      id: this.#nextId++,
      environmentId: ENVIRONMENT,
      event,
      epoch,
      revision,
      data,
      at: 0,
      relayed: false,
    });
    while (this.#rows.length > KEPT_ROWS && this.#rows[0]?.relayed === true) this.#rows.shift();
  }

  #remember(): void {
    this.history.set(`${this.snapshot.epoch}-${this.snapshot.revision}`, contentOf(this.snapshot));
  }

  /** What has not been relayed. */
  waitingNow(): readonly WaitingAnnouncement[] {
    return this.#rows.filter((row) => !row.relayed);
  }

  /** How one node sees it. `access` rejects while the database is away, and takes its time. */
  seenBy(access: () => Promise<void>): ChangeSource {
    return {
      name: async () => {
        await access();
        return { organization: "default", project: "shop", environment: "production" };
      },
      snapshot: async () => {
        await access();
        const { snapshot } = this;
        // The answer is as old as its way back is long.
        await access();
        return snapshot;
      },
      orders: async () => {
        await access();
        return new Map([[ENVIRONMENT, { epoch: this.snapshot.epoch, revision: this.snapshot.revision }]]);
      },
      after: async (_environment, order, limit) => {
        await access();
        const later = this.#rows.filter((row) =>
          row.epoch === order.epoch ? row.revision > order.revision : row.epoch > order.epoch,
        );
        const steps = later
          .slice(0, limit)
          .map(({ event, epoch, revision, data }) => ({ event, epoch, revision, data }));
        await access();
        return steps;
      },
      waiting: async (_environment, limit) => {
        await access();
        return this.waitingNow().slice(0, limit);
      },
      markRelayed: async (ids) => {
        await access();
        for (const row of this.#rows) if (ids.includes(row.id)) row.relayed = true;
      },
      prune: async () => {},
    };
  }
}

export function contentOf({ flags }: Snapshot): string {
  return JSON.stringify(flags.toSorted((a, b) => (a.key < b.key ? -1 : 1)));
}
