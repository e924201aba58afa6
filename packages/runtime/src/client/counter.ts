import type { Outcome } from "../evaluation/compiled-snapshot.ts";

/** Outcomes whose place is remembered by identity. A flag has few; the rest is found by name. */
const MAX_REMEMBERED = 32;
/** Names that one flag may have between two reports. A flag that needs more is counted in part. */
const MAX_NAMES = 1_000;

/** How often one flag gave which variant since the last report. Adds without allocating. */
export class Counter {
  #names: string[] = [];
  #totals: Float64Array = new Float64Array(4);
  #outcomes: Outcome[] = [];
  #places: number[] = [];
  #only: Outcome | undefined;
  #timesOnly = 0;

  /** A new snapshot: outcomes of the one before come no more. `only` is given when this one has no other. */
  expect(only: Outcome | undefined): void {
    this.#settle();
    this.#forgetOutcomes();
    this.#only = only;
  }

  /** Counts the only outcome there is, without a look at which it is. */
  addOnly(): void {
    this.#timesOnly++;
  }

  add(outcome: Outcome): void {
    const outcomes = this.#outcomes;
    for (let index = 0; index < outcomes.length; index++)
      if (outcomes[index] === outcome) {
        (this.#totals[this.#places[index] as number] as number)++;
        return;
      }
    this.#learn(outcome);
  }

  /** What was counted, by variant (the empty name: the default), and starts again from nothing. */
  take(): readonly (readonly [variant: string, count: number])[] {
    this.#settle();
    const taken = this.#names
      .map((name, place) => [name, this.#totals[place] ?? 0] as const)
      .filter(([, count]) => count > 0);
    this.#names = [];
    this.#totals.fill(0);
    this.#forgetOutcomes();
    return taken;
  }

  #forgetOutcomes(): void {
    this.#outcomes = [];
    this.#places = [];
  }

  #settle(): void {
    const times = this.#timesOnly;
    this.#timesOnly = 0;
    const place = times === 0 ? undefined : this.#place(this.#only?.variant ?? "");
    if (place !== undefined) (this.#totals[place] as number) += times;
  }

  #learn(outcome: Outcome): void {
    const place = this.#place(outcome.variant ?? "");
    if (place === undefined) return;
    (this.#totals[place] as number)++;
    if (this.#outcomes.length === MAX_REMEMBERED || outcome.errorCode !== undefined) return;
    this.#outcomes.push(outcome);
    this.#places.push(place);
  }

  #place(name: string): number | undefined {
    const known = this.#names.indexOf(name);
    if (known !== -1) return known;
    if (this.#names.length === MAX_NAMES) return undefined;
    if (this.#names.length === this.#totals.length) {
      const wider = new Float64Array(this.#totals.length * 2);
      wider.set(this.#totals);
      this.#totals = wider;
    }
    return this.#names.push(name) - 1;
  }
}
