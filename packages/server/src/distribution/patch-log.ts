import type { Order, Patch } from "@flagwright/runtime";
import { mergePatches } from "./merge-patches.ts";

/** Patches kept for clients that lag or come back. Older ones get a snapshot, which is always right. */
const MAX_PATCHES = 2_000;
/** Bytes of JSON kept per environment; a burst of large flags must not fill the heap. */
const MAX_BYTES = 8 * 1024 * 1024;

interface Entry {
  readonly patch: Patch;
  readonly text: string;
}

/** The patches that lead to where a channel stands, without a gap. */
export class PatchLog {
  readonly #limits: { readonly patches: number; readonly bytes: number };
  #entries: Entry[] = [];
  #bytes = 0;

  constructor(
    limits: { readonly patches: number; readonly bytes: number } = { patches: MAX_PATCHES, bytes: MAX_BYTES },
  ) {
    this.#limits = limits;
  }

  /** A patch that does not follow the last one starts the log anew. */
  add(patch: Patch, text: string): void {
    const last = this.#entries.at(-1)?.patch;
    if (last !== undefined && (last.epoch !== patch.epoch || last.to !== patch.from)) this.clear();
    this.#entries.push({ patch, text });
    this.#bytes += text.length;
    let drop = 0;
    while (
      this.#entries.length - drop > this.#limits.patches ||
      (this.#bytes > this.#limits.bytes && drop < this.#entries.length)
    ) {
      this.#bytes -= this.#entries[drop]?.text.length ?? 0;
      drop++;
    }
    if (drop > 0) this.#entries.splice(0, drop);
  }

  clear(): void {
    this.#entries = [];
    this.#bytes = 0;
  }

  /** JSON of one patch from `order` to the end of the log; `undefined` when the log does not reach back that far. */
  since(order: Order): string | undefined {
    const entries = this.#entries;
    if (entries[0] === undefined || entries[0].patch.epoch !== order.epoch) return undefined;
    let [low, high] = [0, entries.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((entries[middle]?.patch.from ?? 0) < order.revision) low = middle + 1;
      else high = middle;
    }
    const start = entries[low];
    if (start === undefined || start.patch.from !== order.revision) return undefined;
    return low === entries.length - 1
      ? start.text
      : JSON.stringify(mergePatches(entries.slice(low).map((entry) => entry.patch)));
  }
}
