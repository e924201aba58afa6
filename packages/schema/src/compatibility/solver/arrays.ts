import { exactKey, type Exact } from "../exact-json.ts";
import type { ArrayAtom, Formula } from "../formula/formula.ts";
import type { UnknownReason } from "../verdict.ts";
import { distinctValues } from "./distinct.ts";
import { found, none, undecided, type Outcome } from "./outcome.ts";
import type { Solver } from "./solver.ts";

/** How many items from an index on satisfy a formula: at least so many, at most so many. */
interface Count {
  readonly item: Formula;
  readonly from: number;
  least: number;
  most: number;
}

/** What an item was chosen to be: the formulas it satisfies, a value that does, and which counts it adds to. */
interface Choice {
  readonly formulas: readonly Formula[];
  readonly value: Exact;
  readonly counted: readonly boolean[];
}

/** The ways to have reached a length, told apart by what has been counted. */
interface Reached {
  readonly counts: readonly number[];
  readonly choice?: Choice;
  readonly before?: Reached;
  /** For `notUnique`: what the first of the equal items counts for. */
  readonly twin?: readonly boolean[];
}

/** Two items at these indexes are equal. */
type Pair = readonly [first: number, second: number];

/** A witness with more items helps nobody. */
const maximumLength = 70_000;
/** Every count doubles the ways to choose an item. */
const maximumCounts = 10;
/** Ways to lay out an array with `uniqueItems` and counts that are looked at. */
const maximumLayouts = 400;
/** Pairs of indexes that may be the equal ones. */
const maximumPairs = 400;

/** An array that satisfies all atoms, as short as possible. */
export function solveArrays(solver: Solver, atoms: readonly ArrayAtom[]): Outcome {
  return new ArraySearch(solver, atoms).run();
}

class ArraySearch {
  readonly #solver: Solver;
  #least = 0;
  #most = Infinity;
  #unique = false;
  #notUnique = false;
  #opaque: UnknownReason | undefined;
  #unknown: Outcome | undefined;
  readonly #at = new Map<number, Formula[]>();
  readonly #from: { readonly index: number; readonly item: Formula }[] = [];
  readonly #counts = new Map<string, Count>();
  /** From here on, the same holds for all items. */
  #tail = 0;

  constructor(solver: Solver, atoms: readonly ArrayAtom[]) {
    this.#solver = solver;
    for (const atom of atoms) this.#add(atom);
  }

  run(): Outcome {
    if (this.#least > this.#most || (this.#unique && this.#notUnique)) return none;
    const counts = [...this.#counts.values()];
    const needed = counts.reduce((sum, count) => sum + count.least, 0);
    // Beyond this length an item of the tail could be left out again.
    const longest = Math.min(this.#most, Math.max(this.#least, this.#tail + needed));
    if (longest > maximumLength) {
      return undecided("", `An array of ${longest} items is too large to show.`, "Lower minItems or minContains.");
    }
    if (counts.length > maximumCounts) {
      return undecided("", `More than ${maximumCounts} contains apply at once.`, "Use fewer contains.");
    }
    const outcome = this.#notUnique ? this.#runWithTwins(counts, longest) : this.#runPlain(counts, longest);
    if (outcome.kind !== "value") return this.#unknown ?? outcome;
    return this.#opaque === undefined ? outcome : { kind: "unknown", reason: this.#opaque };
  }

  #add(atom: ArrayAtom): void {
    switch (atom.kind) {
      case "minItems":
        this.#least = Math.max(this.#least, atom.count);
        break;
      case "maxItems":
        this.#most = Math.min(this.#most, atom.count);
        break;
      case "itemAt": {
        const known = this.#at.get(atom.index);
        if (known === undefined) this.#at.set(atom.index, [atom.item]);
        else known.push(atom.item);
        this.#tail = Math.max(this.#tail, atom.index + 1);
        break;
      }
      case "itemsFrom":
        this.#from.push(atom);
        this.#tail = Math.max(this.#tail, atom.index);
        break;
      case "someItemFrom":
        this.#count(atom.item, atom.index).least ||= 1;
        this.#tail = Math.max(this.#tail, atom.index);
        break;
      case "containsAtLeast": {
        const count = this.#count(atom.item, 0);
        count.least = Math.max(count.least, atom.count);
        break;
      }
      case "containsAtMost": {
        const count = this.#count(atom.item, 0);
        count.most = Math.min(count.most, atom.count);
        break;
      }
      case "unique":
        this.#unique = true;
        break;
      case "notUnique":
        this.#notUnique = true;
        break;
      case "opaque":
        this.#opaque ??= atom.reason;
        break;
    }
  }

  #count(item: Formula, from: number): Count {
    const key = `${item.id} ${from}`;
    let count = this.#counts.get(key);
    if (count === undefined) this.#counts.set(key, (count = { item, from, least: 0, most: Infinity }));
    return count;
  }

  #runPlain(counts: readonly Count[], longest: number): Outcome {
    const reached = this.#shortest(counts, this.#least, longest);
    if (reached === undefined) return none;
    const choices = pathTo(reached);
    const values = choices.map(({ value }) => value);
    if (!this.#unique || new Set(values.map(exactKey)).size === values.length) return found(values);
    if (counts.length > 0) return this.#uniqueLayouts(counts, longest);
    // Without counts there is one layout, and a longer array is only harder to make.
    return this.#distinct(choices);
  }

  #distinct(choices: readonly Choice[]): Outcome {
    return distinctValues(
      this.#solver,
      choices.map(({ formulas }) => formulas),
    );
  }

  /** Looks at every way to choose what each item counts for. */
  #uniqueLayouts(counts: readonly Count[], longest: number): Outcome {
    let layouts = 0;
    const extend = (choices: readonly Choice[], totals: readonly number[]): Outcome => {
      this.#solver.charge();
      if (choices.length >= this.#least && counts.every(({ least }, index) => totals[index]! >= least)) {
        layouts += 1;
        if (layouts > maximumLayouts) {
          return undecided("", "uniqueItems and contains together leave too many cases.", "Drop one of the two.");
        }
        const outcome = this.#distinct(choices);
        if (outcome.kind !== "none") return outcome;
      }
      if (choices.length >= longest) return none;
      for (const choice of this.#choices(choices.length, counts, [])) {
        const next = add(totals, choice.counted, counts, false);
        if (next === undefined) continue;
        const outcome = extend([...choices, choice], next);
        if (outcome.kind !== "none") return outcome;
      }
      return none;
    };
    return extend(
      [],
      counts.map(() => 0),
    );
  }

  #runWithTwins(counts: readonly Count[], longest: number): Outcome {
    // Two more items of the tail, in case nothing else asks for any.
    const last = Math.min(this.#tail + 1, this.#most - 1);
    if (((last + 1) * last) / 2 > maximumPairs) {
      return undecided("", "Too many items may be the equal ones.", "Use a shorter prefixItems with uniqueItems.");
    }
    for (let second = 1; second <= last; second += 1) {
      for (let first = 0; first < second; first += 1) {
        const least = Math.max(this.#least, second + 1);
        const most = Math.min(this.#most, Math.max(longest + 2, least));
        const reached = this.#shortest(counts, least, most, [first, second]);
        if (reached !== undefined) return found(pathTo(reached).map(({ value }) => value));
      }
    }
    return none;
  }

  /** Breadth first over lengths; of two ways that have counted the same, one is enough. */
  #shortest(counts: readonly Count[], least: number, longest: number, pair?: Pair): Reached | undefined {
    let reached: readonly Reached[] = [{ counts: counts.map(() => 0) }];
    for (let length = 0; ; length += 1) {
      if (length >= least) {
        const done = reached.find((each) => counts.every((count, index) => each.counts[index]! >= count.least));
        if (done !== undefined) return done;
      }
      if (length >= longest || reached.length === 0) return undefined;
      const choices = [...this.#choices(length, counts, pair ?? [])];
      const next = new Map<string, Reached>();
      for (const before of reached) {
        for (const choice of choices) {
          if (length === pair?.[1] && before.twin?.join() !== choice.counted.join()) continue;
          const totals = add(before.counts, choice.counted, counts, true);
          if (totals === undefined) continue;
          const twin = length === pair?.[0] ? choice.counted : before.twin;
          const key = `${totals.join()} ${twin?.join() ?? ""}`;
          if (!next.has(key)) next.set(key, { counts: totals, choice, before, ...(twin && { twin }) });
        }
      }
      this.#solver.charge();
      reached = [...next.values()];
    }
  }

  /** What an item at that index can be. With twins, both of them satisfy what is asked of either. */
  *#choices(index: number, counts: readonly Count[], pair: readonly number[]): Iterable<Choice> {
    const indexes = pair.includes(index) ? pair : [index];
    const base = indexes.flatMap((each) => this.#rulesAt(each));
    const isTwin = indexes.length > 1;
    const extend = function* (
      this: ArraySearch,
      at: number,
      formulas: readonly Formula[],
      counted: readonly boolean[],
    ): Iterable<Choice> {
      const count = counts[at];
      if (count === undefined) {
        const outcome = this.#solver.solve(formulas);
        if (outcome.kind === "unknown") this.#unknown ??= outcome;
        if (outcome.kind === "value") yield { formulas, value: outcome.value, counted };
        return;
      }
      // What need not be counted may be left open, unless the twin has to agree or there is an upper limit.
      const uncounted = count.most === Infinity ? formulas : [...formulas, this.#solver.store.negate(count.item)];
      yield* extend.call(this, at + 1, uncounted, [...counted, false]);
      if (index < count.from && !isTwin) return;
      yield* extend.call(this, at + 1, [...formulas, count.item], [...counted, true]);
    };
    yield* extend.call(this, 0, base, []);
  }

  #rulesAt(index: number): Formula[] {
    const rules = [...(this.#at.get(index) ?? [])];
    for (const { index: from, item } of this.#from) if (index >= from) rules.push(item);
    return rules;
  }
}

/** Totals with one more item; `undefined` when there are too many. Capped, they tell no more than is needed. */
function add(
  totals: readonly number[],
  counted: readonly boolean[],
  counts: readonly Count[],
  capped: boolean,
): readonly number[] | undefined {
  const next = totals.map((total, index) => total + (counted[index] === true ? 1 : 0));
  if (counts.some(({ most }, index) => next[index]! > most)) return undefined;
  if (!capped) return next;
  return next.map((total, index) => (counts[index]!.most === Infinity ? Math.min(total, counts[index]!.least) : total));
}

function pathTo(reached: Reached): Choice[] {
  const choices: Choice[] = [];
  for (let each: Reached | undefined = reached; each?.choice !== undefined; each = each.before) {
    choices.push(each.choice);
  }
  return choices.reverse();
}
