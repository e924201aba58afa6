/** Names that one flag may have between two reports. A flag that needs more is counted in part. */
const MAX_NAMES = 1_000;

/**
 * How often one flag gave which variant since the last report. Outcomes carry their variant's number, so that adding
 * one is an increment in an array: nothing is looked up, compared or allocated.
 */
export class Counter {
  /** The variants of the snapshot that answers, from number 1 on. */
  #variants: readonly (readonly [name: string, value: unknown])[] = [];
  #totals: Float64Array = new Float64Array(1);
  /** What was counted under names of snapshots before. */
  readonly #settled = new Map<string, number>();

  /** A new snapshot may number its variants anew; most change nothing about this flag. */
  expect(variants: readonly (readonly [name: string, value: unknown])[]): void {
    if (variants === this.#variants) return;
    this.#settle();
    this.#variants = variants;
    this.#totals = new Float64Array(variants.length + 1);
  }

  add(variantNumber: number): void {
    (this.#totals[variantNumber] as number)++;
  }

  /** What was counted, by variant (the empty name: the default), and starts again from nothing. */
  take(): readonly (readonly [variant: string, count: number])[] {
    this.#settle();
    const taken = [...this.#settled];
    this.#settled.clear();
    return taken;
  }

  #settle(): void {
    for (const [number, count] of this.#totals.entries()) {
      const name = this.#variants[number - 1]?.[0] ?? "";
      const known = this.#settled.get(name);
      if (count > 0 && (known !== undefined || this.#settled.size < MAX_NAMES))
        this.#settled.set(name, (known ?? 0) + count);
    }
    this.#totals.fill(0);
  }
}
