import { exactKey, type Exact } from "../exact-json.ts";
import type { Formula } from "../formula/formula.ts";
import { found, none, undecided, type Outcome } from "./outcome.ts";
import type { Solver } from "./solver.ts";

/** So many different values of one kind are asked for one by one. */
const maximumDistinct = 300;

/** One value for each list of formulas, all of them different: complete, by a matching of lists to values. */
export function distinctValues(solver: Solver, lists: readonly (readonly Formula[])[]): Outcome {
  if (lists.length > maximumDistinct) {
    return undecided("", `${lists.length} different items are too many to show.`, "Lower minItems.");
  }
  const domains = new Map<Formula, readonly Exact[]>();
  let incomplete: Outcome | undefined;
  const positions = lists.map((list) => solver.store.and(list));
  for (const formula of new Set(positions)) {
    const { values, unknown } = someValues(solver, formula, lists.length);
    domains.set(formula, values);
    incomplete ??= unknown;
  }
  const matched = match(positions.map((formula) => domains.get(formula)!));
  return matched === undefined ? (incomplete ?? none) : found(matched);
}

/** Up to `wanted` different values: with as many as there are positions, a position can always be served last. */
function someValues(solver: Solver, formula: Formula, wanted: number): { values: Exact[]; unknown?: Outcome } {
  const { store } = solver;
  const values: Exact[] = [];
  let rest = formula;
  while (values.length < wanted) {
    const outcome = solver.solve([rest]);
    if (outcome.kind === "unknown") return { values, unknown: outcome };
    if (outcome.kind === "none") break;
    values.push(outcome.value);
    rest = store.and([rest, store.negate(store.constant(outcome.value))]);
  }
  return { values };
}

/** Augmenting paths (Kuhn). */
function match(domains: readonly (readonly Exact[])[]): Exact[] | undefined {
  const owner = new Map<string, number>();
  const chosen: Exact[] = [];
  const place = (position: number, tried: Set<string>): boolean => {
    for (const value of domains[position]!) {
      const key = exactKey(value);
      if (tried.has(key)) continue;
      tried.add(key);
      const current = owner.get(key);
      if (current !== undefined && !place(current, tried)) continue;
      owner.set(key, position);
      chosen[position] = value;
      return true;
    }
    return false;
  };
  return domains.every((_, position) => place(position, new Set())) ? chosen : undefined;
}
