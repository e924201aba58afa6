import type { Fraction } from "fraction.js";
import { exactKey } from "../exact-json.ts";
import type { ExactlyOneFormula, Formula } from "../formula/formula.ts";
import type { FormulaStore } from "../formula/formula-store.ts";
import { STRING, type SingleType } from "../formula/type-mask.ts";

/** With more parts, only their tags are compared, and pairs without a tag are taken to overlap. */
const maximumCompared = 40;

/**
 * Writes "exactly one" out. Most `oneOf`s have parts that exclude each other and are plain disjunctions; which pairs
 * overlap is found out first, and only those need their cross terms.
 */
export class ExactlyOne {
  readonly #store: FormulaStore;
  readonly #isEmpty: (formula: Formula, type: SingleType) => boolean;
  readonly #expanded = new Map<ExactlyOneFormula, Formula>();
  /** What is being expanded: met again inside, it is taken to overlap everywhere. */
  readonly #expanding = new Set<ExactlyOneFormula>();

  constructor(store: FormulaStore, isEmpty: (formula: Formula, type: SingleType) => boolean) {
    this.#store = store;
    this.#isEmpty = isEmpty;
  }

  expand(formula: ExactlyOneFormula, type: SingleType): Formula {
    const known = this.#expanded.get(formula);
    if (known !== undefined) return known;
    const constants = this.#ofConstants(formula);
    if (constants !== undefined) return this.#store.restrict(constants, type);
    if (this.#expanding.has(formula)) return this.#write(formula, () => true);
    this.#expanding.add(formula);
    try {
      const overlapping = this.#overlaps(formula.parts, type);
      const expanded = this.#store.restrict(this.#write(formula, overlapping), type);
      this.#expanded.set(formula, expanded);
      return expanded;
    } finally {
      this.#expanding.delete(formula);
    }
  }

  #overlaps(parts: readonly Formula[], type: SingleType): (a: number, b: number) => boolean {
    const tags = parts.map(tagsOf);
    const disjoint = new Set<string>();
    for (let b = 1; b < parts.length; b += 1) {
      for (let a = 0; a < b; a += 1) {
        if (excludeEachOther(tags[a]!, tags[b]!)) {
          disjoint.add(`${a} ${b}`);
        } else if (parts.length <= maximumCompared) {
          const both = this.#store.and([parts[a]!, parts[b]!]);
          if (this.#isEmpty(both, type)) disjoint.add(`${a} ${b}`);
        }
      }
    }
    return (a, b) => !disjoint.has(`${Math.min(a, b)} ${Math.max(a, b)}`);
  }

  #write({ parts, negative }: ExactlyOneFormula, overlap: (a: number, b: number) => boolean): Formula {
    const store = this.#store;
    if (negative) {
      const twice: Formula[] = [];
      for (let b = 1; b < parts.length; b += 1) {
        for (let a = 0; a < b; a += 1) if (overlap(a, b)) twice.push(store.and([parts[a]!, parts[b]!]));
      }
      return store.or([store.and(parts.map((part) => store.negate(part))), ...twice]);
    }
    return store.or(
      parts.map((part, index) => {
        const others = parts.filter((_, other) => other !== index && overlap(index, other));
        return store.and([part, ...others.map((other) => store.negate(other))]);
      }),
    );
  }

  /** `oneOf` as a list of constants, each with a title: the values that are listed once. */
  #ofConstants({ parts, negative }: ExactlyOneFormula): Formula | undefined {
    const store = this.#store;
    const times = new Map<string, number>();
    const count = (key: string): void => void times.set(key, (times.get(key) ?? 0) + 1);
    let formula: Formula | undefined;
    if (parts.every((part) => part.kind === "stringIn")) {
      for (const part of parts) for (const value of part.values) count(value);
      formula = store.stringIn([...times].filter(([, many]) => many === 1).map(([value]) => value));
    } else if (parts.every((part) => part.kind === "numberIn")) {
      const values = new Map<string, Fraction>();
      for (const part of parts) {
        for (const value of part.values) {
          values.set(exactKey(value), value);
          count(exactKey(value));
        }
      }
      formula = store.numberIn([...values].filter(([key]) => times.get(key) === 1).map(([, value]) => value));
    }
    return formula !== undefined && negative ? store.negate(formula) : formula;
  }
}

/** The texts that a required property may have, by property. */
type Tags = ReadonlyMap<string, ReadonlySet<string>>;

function tagsOf(part: Formula): Tags {
  const required = new Set<string>();
  const values = new Map<string, ReadonlySet<string>>();
  for (const each of part.kind === "and" ? part.parts : [part]) {
    if (each.kind !== "allKeys" && each.kind !== "someKey") continue;
    if (each.key.kind !== "stringIn" || each.key.values.size !== 1) continue;
    const [name] = each.key.values;
    if (each.kind === "someKey") required.add(name!);
    const texts = textsOf(each.value);
    if (texts !== undefined) values.set(name!, texts);
  }
  return new Map([...values].filter(([name]) => required.has(name)));
}

/** The texts of a formula that only texts satisfy. */
function textsOf(value: Formula): ReadonlySet<string> | undefined {
  if (value.kind !== "and" || !value.parts.some((part) => part.kind === "types" && part.mask === STRING))
    return undefined;
  return value.parts.find((part) => part.kind === "stringIn")?.values;
}

function excludeEachOther(a: Tags, b: Tags): boolean {
  for (const [name, texts] of a) {
    const others = b.get(name);
    if (others !== undefined && ![...texts].some((text) => others.has(text))) return true;
  }
  return false;
}
