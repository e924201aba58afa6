import type { CompiledSnapshot } from "../evaluation/compiled-snapshot.ts";
import type { FlagConfiguration, Overlay, Snapshot } from "../snapshot/model.ts";
import { compareOrder, isNewer, type Order } from "../snapshot/order.ts";
import { parseOverlay, parsePatch } from "../snapshot/parse-patch.ts";
import { parseSnapshot } from "../snapshot/parse-snapshot.ts";
import type { ChangedEvent } from "./events.ts";

/** `previous` is where the last readable configuration of a flag is found. */
export type Compile = (snapshot: Snapshot, previous: CompiledSnapshot | undefined) => CompiledSnapshot;

/** What came of a piece of data. */
export type Outcome =
  | {
      readonly verdict: "applied";
      readonly change: Omit<ChangedEvent, "epoch" | "revision">;
      /** The configurations that are new; a kill brings none. */
      readonly put: readonly FlagConfiguration[];
    }
  /** `older`: it lags behind what is held, so it says nothing about what is current. */
  | { readonly verdict: "unchanged"; readonly older: boolean }
  | { readonly verdict: "gap" }
  | { readonly verdict: "refused"; readonly message: string };

/** Kills that wait for their base. Far more than anybody has flags to kill; the bound is against a mad server. */
const MAX_OVERLAYS = 10_000;

const UNCHANGED: Outcome = { verdict: "unchanged", older: false };
const OLDER: Outcome = { verdict: "unchanged", older: true };
const GAP: Outcome = { verdict: "gap" };

/**
 * The client's copy of one environment: a base, which snapshots and patches move forward, and the kills laid over it.
 * It never goes back within what `(epoch, revision)` orders, whoever sends what in which order.
 */
export class Replica {
  readonly #compile: Compile;
  #base: CompiledSnapshot | undefined;
  /** By wire key, the newest of each. Those that the base has reached are gone. */
  #overlays: ReadonlyMap<string, Overlay> = new Map();
  #current: CompiledSnapshot | undefined;

  constructor(compile: Compile) {
    this.#compile = compile;
  }

  /** What evaluates: the base with the overlays. */
  get current(): CompiledSnapshot | undefined {
    return this.#current;
  }

  /** The order of the base. An overlay has none of its own to resume from: it overtakes patches. */
  get order(): Order | undefined {
    return this.#base;
  }

  get base(): Snapshot | undefined {
    return this.#base?.snapshot;
  }

  get overlays(): readonly Overlay[] {
    return [...this.#overlays.values()];
  }

  snapshot(data: unknown, { purge = false, force = false }: { purge?: boolean; force?: boolean } = {}): Outcome {
    const parsed = parseSnapshot(data);
    if (!parsed.ok) return { verdict: "refused", message: parsed.error.message };
    const { snapshot } = parsed;
    const base = this.#base;
    // Orders compare within one environment only, and a key can be given another one.
    const previous = base !== undefined && isSameEnvironment(snapshot, base.snapshot) ? base : undefined;
    if (previous !== undefined && !force) {
      const order = compareOrder(snapshot, previous);
      if (order <= 0) return order === 0 ? UNCHANGED : OLDER;
    } else if (base !== undefined) this.#overlays = new Map();
    this.#moveTo(this.#compile(snapshot, purge ? undefined : previous));
    return { verdict: "applied", change: { cause: purge ? "purge" : "snapshot", flags: "all" }, put: snapshot.flags };
  }

  patch(data: unknown): Outcome {
    const parsed = parsePatch(data);
    if (!parsed.ok) return { verdict: "refused", message: parsed.error.message };
    const { patch } = parsed;
    const base = this.#base;
    if (base === undefined) return GAP;
    const order = compareOrder({ epoch: patch.epoch, revision: patch.to }, base);
    if (order <= 0) return order === 0 ? UNCHANGED : OLDER;
    if (patch.epoch !== base.epoch || patch.from !== base.revision) return GAP;
    this.#moveTo(base.patched(patch));
    const { put, delete: gone } = patch;
    const segments = put.segments.length + gone.segments.length > 0;
    const flags = segments ? "all" : [...put.flags.map(({ key }) => key), ...gone.flags];
    return { verdict: "applied", change: { cause: "patch", flags }, put: put.flags };
  }

  kill(data: unknown): Outcome {
    const parsed = parseOverlay(data);
    if (!parsed.ok) return { verdict: "refused", message: parsed.error.message };
    const { overlay } = parsed;
    const older = this.#overlays.get(overlay.flag);
    if (this.#base !== undefined && !isNewer(overlay, this.#base)) return UNCHANGED;
    if (older !== undefined && !isNewer(overlay, older)) return UNCHANGED;
    if (older === undefined && this.#overlays.size >= MAX_OVERLAYS)
      return { verdict: "refused", message: `More than ${MAX_OVERLAYS} kills wait for their revision.` };
    this.#lay(new Map(this.#overlays).set(overlay.flag, overlay));
    return { verdict: "applied", change: { cause: "kill", flags: [overlay.flag], killed: overlay.killed }, put: [] };
  }

  /** The server says that it is at `order`. */
  compare(order: Order): Outcome {
    const difference = this.#base === undefined ? 1 : compareOrder(order, this.#base);
    return difference > 0 ? GAP : difference === 0 ? UNCHANGED : OLDER;
  }

  #moveTo(base: CompiledSnapshot): void {
    this.#base = base;
    this.#lay(new Map([...this.#overlays].filter(([, overlay]) => isNewer(overlay, base))));
  }

  #lay(overlays: ReadonlyMap<string, Overlay>): void {
    this.#overlays = overlays;
    this.#current = overlays.size === 0 ? this.#base : this.#base?.overlaid([...overlays.values()]);
  }
}

function isSameEnvironment(a: Snapshot, b: Snapshot): boolean {
  return a.environment === b.environment && a.project === b.project && a.organization === b.organization;
}
