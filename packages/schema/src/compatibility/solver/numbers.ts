import { Fraction } from "fraction.js";
import { exactKey, fitsDoubles } from "../exact-json.ts";
import type { NumberAtom } from "../formula/formula.ts";
import { found, none, undecided, type Outcome } from "./outcome.ts";

interface Bound {
  readonly value: Fraction;
  readonly exclusive: boolean;
}

interface Constraints {
  readonly lower?: Bound;
  readonly upper?: Bound;
  /** The value is a multiple of it. */
  readonly lattice?: Fraction;
  readonly notMultipleOf: readonly Fraction[];
  readonly among?: readonly Fraction[];
  readonly excluded: ReadonlySet<string>;
}

/** Multiples tried one by one from each end of a range before a period is used. */
const maximumTried = 4_000;

/** A number that satisfies all atoms: exact, and as plain as can be. */
export function solveNumbers(atoms: readonly NumberAtom[]): Outcome {
  const constraints = gather(atoms);
  const { lower, upper, among, lattice } = constraints;
  if (among !== undefined) {
    const value = preferred(among.filter((each) => satisfies(each, constraints)));
    return value === undefined ? none : found(value);
  }
  if (lower !== undefined && upper !== undefined) {
    const order = lower.value.compare(upper.value);
    if (order > 0 || (order === 0 && (lower.exclusive || upper.exclusive))) return none;
    if (order === 0) return satisfies(lower.value, constraints) ? found(lower.value) : none;
  }
  return lattice === undefined ? solveContinuous(constraints) : solveLattice(lattice, constraints);
}

export function numberSatisfies(value: Fraction, atom: NumberAtom): boolean {
  switch (atom.kind) {
    case "lower":
      return value.compare(atom.bound) >= (atom.exclusive ? 1 : 0);
    case "upper":
      return value.compare(atom.bound) <= (atom.exclusive ? -1 : 0);
    case "multipleOf":
      return isMultiple(value, atom.divisor);
    case "notMultipleOf":
      return !isMultiple(value, atom.divisor);
    case "numberIn":
    case "numberNotIn":
      return keysOf(atom.values).has(exactKey(value)) === (atom.kind === "numberIn");
  }
}

/** An `enum` may have thousands of numbers, each of which is looked up for each of another `enum`. */
const keySets = new WeakMap<readonly Fraction[], ReadonlySet<string>>();

function keysOf(values: readonly Fraction[]): ReadonlySet<string> {
  let keys = keySets.get(values);
  if (keys === undefined) keySets.set(values, (keys = new Set(values.map(exactKey))));
  return keys;
}

function isMultiple(value: Fraction, divisor: Fraction): boolean {
  return (value.n * divisor.d) % (divisor.n * value.d) === 0n;
}

function gather(atoms: readonly NumberAtom[]): Constraints {
  let lower: Bound | undefined;
  let upper: Bound | undefined;
  let lattice: Fraction | undefined;
  let among: readonly Fraction[] | undefined;
  const notMultipleOf: Fraction[] = [];
  const excluded = new Set<string>();
  for (const atom of atoms) {
    switch (atom.kind) {
      case "lower": {
        const order = lower === undefined ? 1 : atom.bound.compare(lower.value);
        if (order > 0 || (order === 0 && atom.exclusive)) lower = { value: atom.bound, exclusive: atom.exclusive };
        break;
      }
      case "upper": {
        const order = upper === undefined ? -1 : atom.bound.compare(upper.value);
        if (order < 0 || (order === 0 && atom.exclusive)) upper = { value: atom.bound, exclusive: atom.exclusive };
        break;
      }
      case "multipleOf":
        lattice = lattice === undefined ? atom.divisor : lattice.lcm(atom.divisor);
        break;
      case "notMultipleOf":
        notMultipleOf.push(atom.divisor);
        break;
      case "numberIn":
        among = among === undefined ? atom.values : among.filter((each) => numberSatisfies(each, atom));
        break;
      case "numberNotIn":
        for (const each of atom.values) excluded.add(exactKey(each));
        break;
    }
  }
  return {
    notMultipleOf,
    excluded,
    ...(lower && { lower }),
    ...(upper && { upper }),
    ...(lattice && { lattice }),
    ...(among && { among }),
  };
}

function satisfies(value: Fraction, { lower, upper, lattice, notMultipleOf, excluded }: Constraints): boolean {
  if (lower !== undefined && value.compare(lower.value) < (lower.exclusive ? 1 : 0)) return false;
  if (upper !== undefined && value.compare(upper.value) > (upper.exclusive ? -1 : 0)) return false;
  if (lattice !== undefined && !isMultiple(value, lattice)) return false;
  return !notMultipleOf.some((each) => isMultiple(value, each)) && !excluded.has(exactKey(value));
}

/** Between two different bounds there is always a number that finitely many points and lattices leave free. */
function solveContinuous(constraints: Constraints): Outcome {
  const { lower, upper } = constraints;
  const candidates: Fraction[] = [0, 1, -1, 2, -2, 10, 0.5, 1.5, -0.5].map((each) => new Fraction(each));
  // Finer and finer decimals inside the range, nearest to the middle of what is left.
  const low = lower?.value ?? upper?.value.sub(10) ?? new Fraction(0);
  const high = upper?.value ?? low.add(10);
  for (let places = 0n; places < 40n; places += 1n) {
    const unit = new Fraction(1n, 10n ** places);
    const first = low.div(unit).floor();
    const last = high.div(unit).ceil();
    const near = Array.from({ length: 24 }, (_, offset) => first.add(offset).mul(unit));
    const far = Array.from({ length: 24 }, (_, offset) => last.sub(offset).mul(unit));
    candidates.push(...(lower === undefined ? [...far, ...near] : [...near, ...far]));
    const value = firstOf(candidates.splice(0), constraints);
    if (value !== undefined) return found(value);
  }
  return undecided("", "No decimal of forty places was found between the bounds.", "Widen the bounds.");
}

/** Multiples of the lattice; those that must not be multiples of something else repeat with a period. */
function solveLattice(lattice: Fraction, constraints: Constraints): Outcome {
  const { lower, upper, notMultipleOf, excluded } = constraints;
  const periods = notMultipleOf.map((each) => lattice.lcm(each).div(lattice).n);
  if (periods.includes(1n)) return none;
  let first = lower === undefined ? undefined : lower.value.div(lattice).ceil();
  if (first !== undefined && lower?.exclusive === true && first.mul(lattice).equals(lower.value)) first = first.add(1);
  let last = upper === undefined ? undefined : upper.value.div(lattice).floor();
  if (last !== undefined && upper?.exclusive === true && last.mul(lattice).equals(upper.value)) last = last.sub(1);
  if (first !== undefined && last !== undefined && first.compare(last) > 0) return none;

  const candidates: Fraction[] = [0, 1, -1, 2, -2].map((each) => lattice.mul(each));
  const easy = firstOf(candidates, constraints);
  if (easy !== undefined) return found(easy);
  const from = first ?? last?.sub(maximumTried) ?? new Fraction(-maximumTried / 2);
  const to = last ?? from.add(maximumTried);
  let awkward: Fraction | undefined;
  for (let offset = 0; offset < maximumTried; offset += 1) {
    const up = from.add(offset);
    const down = to.sub(offset);
    if (up.compare(to) > 0) return awkward === undefined ? none : found(awkward);
    for (const each of [up.mul(lattice), down.mul(lattice)]) {
      if (!satisfies(each, constraints)) continue;
      if (fitsDoubles(each)) return found(each);
      awkward ??= each;
    }
    if (awkward !== undefined && offset > excluded.size + 16) return found(awkward);
  }
  // One beyond a multiple of all periods is a multiple of none of them.
  const period = periods.reduce((product, each) => (product * each) / gcd(product, each), 1n);
  const start = (BigInt(from.floor().toFraction()) / period) * period;
  for (let turn = -1n; turn < BigInt(excluded.size) + 3n; turn += 1n) {
    for (const beside of [1n, -1n]) {
      const value = lattice.mul(new Fraction(start + turn * period + beside));
      if (satisfies(value, constraints)) return found(value);
    }
  }
  return undecided("", "The multiples repeat too late.", "Use simpler values for multipleOf.");
}

function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : gcd(b, a % b);
}

/** Doubles first, so that every validator reads the value as it is; then the plainest. */
function preferred(values: readonly Fraction[]): Fraction | undefined {
  return values.find((each) => fitsDoubles(each)) ?? values[0];
}

function firstOf(candidates: readonly Fraction[], constraints: Constraints): Fraction | undefined {
  return preferred(candidates.filter((each) => satisfies(each, constraints)));
}
