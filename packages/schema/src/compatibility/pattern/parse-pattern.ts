import {
  JS,
  type Assertion,
  type CharacterClass,
  type Concatenation,
  type Element,
  type NoParent,
  type Quantifier,
} from "refa";
import { anyCharacter, endSymbol, widen } from "./alphabet.ts";
import { BudgetExceeded } from "../budget.ts";
import { normalizePattern } from "./normalize-pattern.ts";
import type { Regex, RegexStore } from "./regex.ts";

/**
 * A language seen from a position: which rests of the text match when the position is the start of the text, and which
 * when it is not. That is how `^` is told without a symbol of its own.
 */
interface Rests {
  readonly atStart: Regex;
  readonly later: Regex;
}

/** Something in a pattern that no finite automaton of ours can follow. */
class NotRegular extends Error {}

/** A repetition of something with `^` or a lookahead inside is written out up to this many times. */
const maximumUnrolled = 4;

/**
 * The texts in which a JSON Schema pattern (ECMA-262, `u` flag, not anchored) is found, each followed by `END`.
 * `undefined` when the pattern is beyond regular languages: lookbehind, or a backreference that does not resolve.
 */
export function parsePattern(store: RegexStore, source: string): Regex | undefined {
  return translate(store, source, "exact");
}

/**
 * At least the texts in which a pattern is found: assertions that cannot be followed are left out, which only lets more
 * in. `undefined` when not even that is possible.
 */
export function parsePatternLoosely(store: RegexStore, source: string): Regex | undefined {
  return translate(store, source, "loose");
}

function translate(store: RegexStore, source: string, how: Precision): Regex | undefined {
  const normal = normalizePattern(source);
  if (normal?.flags !== "u") return undefined;
  try {
    const { expression } = JS.Parser.fromLiteral({ source: normal.source, flags: "u" }).parse({
      assertions: "parse",
      backreferences: "throw",
      maxNodes: 20_000,
    });
    const found = new Translation(store, how).alternatives(expression.alternatives, {
      atStart: store.all,
      later: store.all,
    });
    const before = store.repeat(store.symbols(anyCharacter), 1, Infinity);
    return store.union([found.atStart, store.concat(before, found.later)]);
  } catch (error) {
    if (error instanceof NotRegular || isRefaError(error)) return undefined;
    throw error;
  }
}

/** `loose` leaves out the assertions that cannot be followed, `bare` all of them. */
type Precision = "exact" | "loose" | "bare";

class Translation {
  readonly #store: RegexStore;
  readonly #how: Precision;

  constructor(store: RegexStore, how: Precision) {
    this.#store = store;
    this.#how = how;
  }

  alternatives(alternatives: readonly NoParent<Concatenation>[], rest: Rests): Rests {
    const each = alternatives.map(({ elements }) => elements.reduceRight<Rests>((r, e) => this.#element(e, r), rest));
    return {
      atStart: this.#store.union(each.map(({ atStart }) => atStart)),
      later: this.#store.union(each.map(({ later }) => later)),
    };
  }

  #element(element: NoParent<Element>, rest: Rests): Rests {
    const store = this.#store;
    switch (element.type) {
      case "CharacterClass": {
        const both = store.concat(store.symbols(widen(element.characters)), rest.later);
        return { atStart: both, later: both };
      }
      case "Alternation":
        return this.alternatives(element.alternatives, rest);
      case "Quantifier":
        return this.#quantifier(element, rest);
      case "Assertion":
        return this.#how === "bare" ? rest : this.#assertion(element, rest);
      default:
        throw new NotRegular();
    }
  }

  #assertion(element: NoParent<Assertion>, rest: Rests): Rests {
    const store = this.#store;
    if (element.kind === "behind") {
      if (element.negate && isAnyCharacter(element.alternatives)) return { atStart: rest.atStart, later: store.empty };
      if (this.#how === "loose") return rest;
      throw new NotRegular();
    }
    if (element.negate && isAnyCharacter(element.alternatives)) {
      const end = store.concat(store.symbols(endSymbol), store.all);
      return this.#and({ atStart: end, later: end }, rest);
    }
    try {
      // What is looked for has to be exact, since leaving something out of a negation lets less in.
      const exact = new Translation(store, "exact");
      const seen = exact.alternatives(element.alternatives, { atStart: store.all, later: store.all });
      return this.#and(element.negate ? this.#not(seen) : seen, rest);
    } catch (error) {
      if (error instanceof NotRegular && this.#how === "loose") return rest;
      throw error;
    }
  }

  #quantifier(element: NoParent<Quantifier>, rest: Rests): Rests {
    const { alternatives, min, max } = element;
    if (this.#how !== "bare" && hasAssertion(alternatives)) {
      if (this.#how === "exact" || max <= maximumUnrolled) return this.#unroll(element, rest);
      return new Translation(this.#store, "bare").#quantifier(element, rest);
    }
    const store = this.#store;
    const nothing = { atStart: store.epsilon, later: store.epsilon };
    const loop = store.repeat(this.alternatives(alternatives, nothing).later, min, max);
    const later = store.concat(loop, rest.later);
    if (rest.atStart === rest.later) return { atStart: later, later };
    if (!loop.nullable) return { atStart: later, later };
    const something = store.concat(store.symbols(anyCharacter), store.all);
    const moved = store.concat(store.intersection([loop, something]), rest.later);
    return { atStart: store.union([moved, rest.atStart]), later };
  }

  #unroll({ alternatives, min, max }: NoParent<Quantifier>, rest: Rests): Rests {
    if (max > maximumUnrolled) throw new NotRegular();
    let rests = rest;
    for (let left = max; left > 0; left -= 1) {
      const once = this.alternatives(alternatives, rests);
      rests = left <= min ? once : this.#or(once, rest);
    }
    return rests;
  }

  #and(a: Rests, b: Rests): Rests {
    const store = this.#store;
    return {
      atStart: store.intersection([a.atStart, b.atStart]),
      later: store.intersection([a.later, b.later]),
    };
  }

  #or(a: Rests, b: Rests): Rests {
    const store = this.#store;
    return { atStart: store.union([a.atStart, b.atStart]), later: store.union([a.later, b.later]) };
  }

  #not({ atStart, later }: Rests): Rests {
    return { atStart: this.#store.complement(atStart), later: this.#store.complement(later) };
  }
}

function isAnyCharacter(alternatives: readonly NoParent<Concatenation>[]): boolean {
  const [only, ...others] = alternatives;
  const [element, ...more] = only?.elements ?? [];
  if (others.length > 0 || more.length > 0 || element?.type !== "CharacterClass") return false;
  return (element as NoParent<CharacterClass>).characters.isAll;
}

function hasAssertion(alternatives: readonly NoParent<Concatenation>[]): boolean {
  return alternatives.some(({ elements }) =>
    elements.some((each) => each.type === "Assertion" || ("alternatives" in each && hasAssertion(each.alternatives))),
  );
}

/** refa has no error class of its own for a backreference, a `v` flag or too many nodes. */
function isRefaError(error: unknown): boolean {
  return (
    error instanceof Error &&
    !(error instanceof RangeError && /stack/.test(error.message)) &&
    !(error instanceof BudgetExceeded)
  );
}
