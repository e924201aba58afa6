import type { Budget } from "../budget.ts";
import { evaluate } from "../evaluate.ts";
import type { ArrayAtom, Atom, Formula, NumberAtom, ObjectAtom, RefFormula, StringAtom } from "../formula/formula.ts";
import type { FormulaStore } from "../formula/formula-store.ts";
import {
  ARRAY,
  FALSE,
  NULL,
  NUMBER,
  OBJECT,
  STRING,
  singleTypes,
  TRUE,
  type SingleType,
} from "../formula/type-mask.ts";
import { solveArrays } from "./arrays.ts";
import { ExactlyOne } from "./exactly-one.ts";
import { solveNumbers } from "./numbers.ts";
import { solveObjects } from "./objects.ts";
import { found, none, type Outcome } from "./outcome.ts";
import { OpenCases } from "./open-cases.ts";
import { StringSolver } from "./strings.ts";

/**
 * Looks for a value that satisfies a formula. `none` is a proof: every case was looked at.
 *
 * A formula is taken type by type. Its atoms alone are solved first; the value found shows which disjunctions still
 * have to be decided, and only those are split. Sub-values are questions of the same kind.
 */
export class Solver {
  readonly store: FormulaStore;
  #budget: Budget;
  readonly #order: readonly SingleType[];
  readonly #strings: StringSolver;
  readonly #exactlyOne: ExactlyOne;
  readonly #open = new OpenCases();
  readonly #searched = new Map<SingleType, Map<Formula, Outcome>>();
  readonly #keyMatches = new Map<Formula, Map<string, boolean>>();
  readonly #names = new Map<Formula, ReadonlySet<string>>();

  /** Types are tried in that order, so another order finds another value. */
  constructor(store: FormulaStore, budget: Budget, order: readonly SingleType[] = singleTypes) {
    this.store = store;
    this.#budget = budget;
    this.#order = order;
    this.#strings = new StringSolver(() => this.#budget.chargeAutomaton());
    this.#exactlyOne = new ExactlyOne(store, (formula, type) => this.#isEmpty(formula, type));
    for (const type of singleTypes) this.#searched.set(type, new Map());
  }

  /** Starts another question with a budget of its own; what is known already stays known. */
  renew(budget: Budget): this {
    this.#budget = budget;
    return this;
  }

  charge(): void {
    this.#budget.chargeCase();
  }

  /** A value that satisfies all of the formulas. */
  solve(formulas: readonly Formula[]): Outcome {
    const formula = this.store.and(formulas);
    if (formula === this.store.false) return none;
    return this.#open.visit(formula, () => {
      let unknown: Outcome | undefined;
      for (const type of this.#order) {
        const outcome = this.#search(type, this.store.restrict(formula, type));
        if (outcome.kind === "value") return outcome;
        if (outcome.kind === "unknown") unknown ??= outcome;
      }
      return unknown ?? none;
    });
  }

  /** A property name that satisfies all of the formulas. */
  solveKey(formulas: readonly Formula[]): Outcome {
    return this.#search(STRING, this.store.restrict(this.store.and(formulas), STRING));
  }

  keyMatches(key: Formula, name: string): boolean {
    let memo = this.#keyMatches.get(key);
    if (memo === undefined) this.#keyMatches.set(key, (memo = new Map<string, boolean>()));
    let matches = memo.get(name);
    if (matches === undefined) memo.set(name, (matches = evaluate(key, name) === true));
    return matches;
  }

  /** The names that a formula for keys mentions. */
  namesIn(key: Formula): ReadonlySet<string> {
    let names = this.#names.get(key);
    if (names === undefined) {
      const collected = new Set<string>();
      collectNames(this.store.restrict(key, STRING), collected, new Set());
      this.#names.set(key, (names = collected));
    }
    return names;
  }

  #search(type: SingleType, formula: Formula): Outcome {
    if (formula === this.store.false) return none;
    const memo = this.#searched.get(type)!;
    const known = memo.get(formula);
    if (known !== undefined) return known;
    this.charge();
    return this.#open.remember(memo, formula, () => this.#searchCases(type, this.#unfold(type, formula)));
  }

  #searchCases(type: SingleType, formula: Formula): Outcome {
    const { store } = this;
    const parts = partsOf(formula);
    const atoms = parts.filter(isAtom);
    const disjunctions = parts.filter((part) => part.kind === "or");
    if (formula === store.false) return none;
    if (disjunctions.length === 0) return this.#solveAtoms(type, atoms);

    const base = this.#search(type, store.and(atoms));
    if (base.kind === "none") return none;
    const open =
      base.kind === "value" ? disjunctions.filter((each) => evaluate(each, base.value) !== true) : disjunctions;
    if (open.length === 0) return base;
    const narrowed = open.map((each) => ({ each, cases: this.#possible(type, atoms, each.parts, open.length > 1) }));
    const chosen = narrowed.reduce((a, b) => (b.cases.length < a.cases.length ? b : a));
    const rest = parts.filter((part) => part !== chosen.each);
    let unknown: Outcome | undefined;
    for (const part of chosen.cases) {
      const outcome = this.#search(type, store.and([...rest, part]));
      if (outcome.kind === "value") return outcome;
      if (outcome.kind === "unknown") unknown ??= outcome;
    }
    return unknown ?? none;
  }

  /** Opens what stands for something else: references, and `oneOf`. */
  #unfold(type: SingleType, formula: Formula): Formula {
    let current = formula;
    for (;;) {
      const parts = partsOf(current);
      if (!parts.some((part) => part.kind === "ref" || part.kind === "exactlyOne")) return current;
      current = this.store.and(parts.map((part) => this.#unfoldPart(type, part)));
    }
  }

  #unfoldPart(type: SingleType, part: Formula): Formula {
    if (part.kind === "ref") return this.store.restrict(this.#body(part), type);
    return part.kind === "exactlyOne" ? this.#exactlyOne.expand(part, type) : part;
  }

  #body(ref: RefFormula): Formula {
    const body = ref.target.body ?? this.store.true;
    return ref.negative ? this.store.negate(body) : body;
  }

  /** The cases that do not contradict an atom outright and, with `deep`, those that their own atoms do not refute. */
  #possible(type: SingleType, atoms: readonly Atom[], cases: readonly Formula[], deep: boolean): readonly Formula[] {
    const ids = new Set(atoms.map((atom) => atom.id));
    return cases.filter((part) => {
      if (isAtom(part) && ids.has(this.store.dual(part).id)) return false;
      const own = deep ? partsOf(part).filter(isAtom) : [];
      return own.length === 0 || this.#search(type, this.store.and([...atoms, ...own])).kind !== "none";
    });
  }

  #solveAtoms(type: SingleType, atoms: readonly Atom[]): Outcome {
    const ids = new Set(atoms.map((atom) => atom.id));
    if (atoms.some((atom) => ids.has(this.store.dual(atom).id))) return none;
    switch (type) {
      case NULL:
        return found(null);
      case FALSE:
        return found(false);
      case TRUE:
        return found(true);
      case NUMBER:
        return solveNumbers(atoms as readonly NumberAtom[]);
      case STRING:
        return this.#strings.solve(atoms as readonly StringAtom[]);
      case ARRAY:
        return solveArrays(this, atoms as readonly ArrayAtom[]);
      case OBJECT:
        return solveObjects(this, atoms as readonly ObjectAtom[]);
    }
  }

  #isEmpty(formula: Formula, type: SingleType): boolean {
    return this.#open.aside(() => this.#search(type, formula)).kind === "none";
  }
}

export function isAtom(formula: Formula): formula is Atom {
  return "type" in formula;
}

function partsOf(formula: Formula): readonly Formula[] {
  if (formula.kind === "and") return formula.parts;
  return formula.kind === "types" && formula.mask !== 0 ? [] : [formula];
}

function collectNames(formula: Formula, names: Set<string>, seen: Set<Formula>): void {
  if (seen.has(formula)) return;
  seen.add(formula);
  if (formula.kind === "stringIn" || formula.kind === "stringNotIn") {
    for (const name of formula.values) names.add(name);
  } else if (formula.kind === "ref") {
    if (formula.target.body !== undefined) collectNames(formula.target.body, names, seen);
  } else if ("parts" in formula) {
    for (const part of formula.parts) collectNames(part, names, seen);
  }
}
