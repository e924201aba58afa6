import type { Exact } from "../exact-json.ts";
import type { Formula, ObjectAtom } from "../formula/formula.ts";
import type { UnknownReason } from "../verdict.ts";
import { found, none, undecided, type Outcome } from "./outcome.ts";
import type { Solver } from "./solver.ts";

/** Of the keys in `key`, every value (or, as an obligation, some value) satisfies `value`. */
interface KeyRule {
  readonly key: Formula;
  readonly value: Formula;
}

interface Member {
  readonly formulas: readonly Formula[];
  readonly value: Exact;
}
type Members = ReadonlyMap<string, Member>;

/** `minProperties` is filled up one key at a time. */
const maximumFillers = 2_000;

/** An object that satisfies all atoms, with as few members as possible. */
export function solveObjects(solver: Solver, atoms: readonly ObjectAtom[]): Outcome {
  return new ObjectSearch(solver, atoms).run();
}

function newest(duties: readonly Formula[]): number {
  return Math.max(...duties.map((each) => each.id));
}

class ObjectSearch {
  readonly #solver: Solver;
  #least = 0;
  #most = Infinity;
  #opaque: UnknownReason | undefined;
  #unknown: Outcome | undefined;
  /** What holds for each value by a single name, and for the values of whole sets of keys. */
  readonly #byName = new Map<string, Formula[]>();
  readonly #general: KeyRule[] = [];
  readonly #namedDuties = new Map<string, Formula[]>();
  readonly #openDuties: KeyRule[] = [];
  readonly #names = new Set<string>();

  constructor(solver: Solver, atoms: readonly ObjectAtom[]) {
    this.#solver = solver;
    for (const atom of atoms) this.#add(atom);
  }

  run(): Outcome {
    if (this.#least > this.#most) return none;
    let members: Members = new Map();
    if (this.#namedDuties.size > this.#most) return none;
    const chosen = new Map<string, Member>();
    // What was added last is most likely to fail: of a thousand duties, the others have been tried before.
    for (const [name, duties] of [...this.#namedDuties].sort(([, a], [, b]) => newest(b) - newest(a))) {
      const formulas = [...this.#rulesFor(name), ...duties];
      const outcome = this.#solver.solve(formulas);
      if (outcome.kind === "none") return none;
      if (outcome.kind === "unknown") this.#unknown ??= outcome;
      else chosen.set(name, { formulas, value: outcome.value });
    }
    if (this.#unknown !== undefined) return this.#unknown;
    members = new Map([...this.#namedDuties.keys()].map((name) => [name, chosen.get(name)!]));
    const outcome = this.#place(0, members);
    if (outcome.kind !== "value") return this.#unknown ?? outcome;
    return this.#opaque === undefined ? outcome : { kind: "unknown", reason: this.#opaque };
  }

  #add(atom: ObjectAtom): void {
    switch (atom.kind) {
      case "minProperties":
        this.#least = Math.max(this.#least, atom.count);
        break;
      case "maxProperties":
        this.#most = Math.min(this.#most, atom.count);
        break;
      case "allKeys":
      case "someKey": {
        for (const name of this.#solver.namesIn(atom.key)) this.#names.add(name);
        const isDuty = atom.kind === "someKey";
        const finite = atom.key.kind === "stringIn" ? atom.key.values : undefined;
        if (finite === undefined || (isDuty && finite.size > 1)) {
          (isDuty ? this.#openDuties : this.#general).push(atom);
          break;
        }
        const index = isDuty ? this.#namedDuties : this.#byName;
        for (const name of finite) {
          const known = index.get(name);
          if (known === undefined) index.set(name, [atom.value]);
          else known.push(atom.value);
        }
        break;
      }
      case "opaque":
        this.#opaque ??= atom.reason;
        break;
    }
  }

  #rulesFor(name: string): Formula[] {
    const rules = [...(this.#byName.get(name) ?? [])];
    for (const { key, value } of this.#general) if (this.#solver.keyMatches(key, name)) rules.push(value);
    return rules;
  }

  /** The members with one more (or one that has to satisfy more), if there is such a value. */
  #with(members: Members, name: string, formulas: readonly Formula[]): Members | undefined {
    const outcome = this.#solver.solve(formulas);
    if (outcome.kind === "unknown") this.#unknown ??= outcome;
    return outcome.kind === "value" ? new Map(members).set(name, { formulas, value: outcome.value }) : undefined;
  }

  /** Places the duties from that index on, then fills up; looks at every way to do so. */
  #place(index: number, members: Members): Outcome {
    this.#solver.charge();
    const duty = this.#openDuties[index];
    if (duty === undefined) return this.#fill(members);
    for (const next of this.#placements(duty, members)) {
      const outcome = this.#place(index + 1, next);
      if (outcome.kind === "value") return outcome;
      if (outcome.kind === "unknown") this.#unknown ??= outcome;
    }
    return none;
  }

  *#placements(duty: KeyRule, members: Members): Iterable<Members> {
    if (members.size < this.#most) {
      yield* this.#atOtherKeys(members, [duty.key], [duty.value]);
      for (const name of this.#names) {
        if (members.has(name) || !this.#solver.keyMatches(duty.key, name)) continue;
        const next = this.#with(members, name, [...this.#rulesFor(name), duty.value]);
        if (next !== undefined) yield next;
      }
    }
    for (const [name, { formulas }] of members) {
      if (!this.#solver.keyMatches(duty.key, name)) continue;
      const next = this.#with(members, name, [...formulas, duty.value]);
      if (next !== undefined) yield next;
    }
  }

  /**
   * A new member under a key that no formula names. The sets of keys with a rule cut the keys into cells; each cell
   * that has a key is visited.
   */
  *#atOtherKeys(members: Members, keys: readonly Formula[], values: readonly Formula[]): Iterable<Members> {
    const { store } = this.#solver;
    const taken = [...this.#names, ...members.keys()];
    const fresh = store.negate(store.stringIn(taken));
    yield* this.#cells(0, members, [...keys, fresh], values);
  }

  *#cells(index: number, members: Members, keys: readonly Formula[], values: readonly Formula[]): Iterable<Members> {
    this.#solver.charge();
    const key = this.#solver.solveKey(keys);
    if (key.kind === "unknown") this.#unknown ??= key;
    if (key.kind !== "value") return;
    const rule = this.#general[index];
    if (rule === undefined) {
      const next = this.#with(members, this.#readable(keys, key.value as string), values);
      if (next !== undefined) yield next;
      return;
    }
    yield* this.#cells(index + 1, members, [...keys, this.#solver.store.negate(rule.key)], values);
    yield* this.#cells(index + 1, members, [...keys, rule.key], [...values, rule.value]);
  }

  /** `{"a": null}` is easier on the eye than `{"": null}`. */
  #readable(keys: readonly Formula[], key: string): string {
    if (key !== "") return key;
    const longer = this.#solver.solveKey([...keys, this.#solver.store.string({ kind: "minLength", length: 1 })]);
    return longer.kind === "value" ? (longer.value as string) : key;
  }

  /** Adds members until there are enough. Each key is as good as another, so the first that works is taken. */
  #fill(members: Members): Outcome {
    if (this.#least - members.size > maximumFillers) {
      return undecided("", `An object of ${this.#least} properties is too large to show.`, "Lower minProperties.");
    }
    let filled = members;
    for (const name of this.#names) {
      if (filled.size >= this.#least) break;
      if (!filled.has(name)) filled = this.#with(filled, name, this.#rulesFor(name)) ?? filled;
    }
    while (filled.size < this.#least) {
      const [next] = this.#atOtherKeys(filled, [], []);
      if (next === undefined) return none;
      filled = next;
    }
    return found(new Map([...filled].map(([name, { value }]) => [name, value])));
  }
}
