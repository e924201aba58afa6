import { Fraction } from "fraction.js";
import { exactKey, isExactObject, type Exact } from "./exact-json.ts";
import type { ArrayAtom, Formula, ObjectAtom, StringAtom } from "./formula/formula.ts";
import { ARRAY, FALSE, NULL, NUMBER, OBJECT, STRING, TRUE, type SingleType } from "./formula/type-mask.ts";
import { matchesFormat } from "./formats.ts";
import { matchesPattern } from "./pattern/match-pattern.ts";
import { numberSatisfies } from "./solver/numbers.ts";

/** Whether the value satisfies the formula, in exact arithmetic; `undefined` when it turns on something opaque. */
export function evaluate(formula: Formula, value: Exact): boolean | undefined {
  if (typeof value !== "object" || value === null || value instanceof Fraction) return compute(formula, value);
  let answers = remembered.get(value);
  if (answers === undefined) remembered.set(value, (answers = new Map<Formula, boolean | undefined>()));
  if (answers.has(formula)) return answers.get(formula);
  const answer = compute(formula, value);
  answers.set(formula, answer);
  return answer;
}

/** Recursive schemas ask the same of a value over and over. */
const remembered = new WeakMap<object, Map<Formula, boolean | undefined>>();

function compute(formula: Formula, value: Exact): boolean | undefined {
  switch (formula.kind) {
    case "types":
      return (formula.mask & typeOf(value)) !== 0;
    case "and":
      return all(formula.parts, (part) => evaluate(part, value));
    case "or":
      return not(all(formula.parts, (part) => not(evaluate(part, value))));
    case "ref": {
      const answer = evaluate(formula.target.body!, value);
      return formula.negative ? not(answer) : answer;
    }
    case "exactlyOne": {
      const answers = formula.parts.map((part) => evaluate(part, value));
      if (answers.includes(undefined)) return undefined;
      return (answers.filter((answer) => answer).length === 1) !== formula.negative;
    }
    default:
      if (formula.type !== typeOf(value)) return true;
      if (formula.type === NUMBER) return numberSatisfies(value as Fraction, formula);
      if (formula.type === STRING) return stringSatisfies(value as string, formula);
      if (formula.type === ARRAY) return arraySatisfies(value as readonly Exact[], formula);
      return objectSatisfies(value as ReadonlyMap<string, Exact>, formula);
  }
}

export function typeOf(value: Exact): SingleType {
  if (value === null) return NULL;
  if (typeof value === "boolean") return value ? TRUE : FALSE;
  if (typeof value === "string") return STRING;
  if (value instanceof Fraction) return NUMBER;
  return isExactObject(value) ? OBJECT : ARRAY;
}

export function stringSatisfies(value: string, atom: StringAtom): boolean {
  switch (atom.kind) {
    case "minLength":
      return lengthOf(value) >= atom.length;
    case "maxLength":
      return lengthOf(value) <= atom.length;
    case "pattern":
    case "notPattern":
      return matchesPattern(atom.source, value) === (atom.kind === "pattern");
    case "stringIn":
    case "stringNotIn":
      return atom.values.has(value) === (atom.kind === "stringIn");
    case "format":
    case "notFormat":
      return matchesFormat(atom.name, value) === (atom.kind === "format");
  }
}

/** In code points, as JSON Schema counts. */
export function lengthOf(value: string): number {
  let length = 0;
  for (const _character of value) length += 1;
  return length;
}

function arraySatisfies(items: readonly Exact[], atom: ArrayAtom): boolean | undefined {
  switch (atom.kind) {
    case "minItems":
      return items.length >= atom.count;
    case "maxItems":
      return items.length <= atom.count;
    case "itemAt":
      return atom.index >= items.length || evaluate(atom.item, items[atom.index]!);
    case "itemsFrom":
      return all(items.slice(atom.index), (item) => evaluate(atom.item, item));
    case "someItemFrom":
      return not(all(items.slice(atom.index), (item) => not(evaluate(atom.item, item))));
    case "containsAtLeast":
    case "containsAtMost": {
      const answers = items.map((item) => evaluate(atom.item, item));
      if (answers.includes(undefined)) return undefined;
      const matching = answers.filter((answer) => answer).length;
      return atom.kind === "containsAtLeast" ? matching >= atom.count : matching <= atom.count;
    }
    case "unique":
    case "notUnique":
      return (new Set(items.map(exactKey)).size === items.length) === (atom.kind === "unique");
    case "opaque":
      return undefined;
  }
}

function objectSatisfies(members: ReadonlyMap<string, Exact>, atom: ObjectAtom): boolean | undefined {
  switch (atom.kind) {
    case "minProperties":
      return members.size >= atom.count;
    case "maxProperties":
      return members.size <= atom.count;
    case "allKeys":
      return all([...members], ([key, value]) => not(both(evaluate(atom.key, key), not(evaluate(atom.value, value)))));
    case "someKey":
      return not(all([...members], ([key, value]) => not(both(evaluate(atom.key, key), evaluate(atom.value, value)))));
    case "opaque":
      return undefined;
  }
}

function all<T>(items: readonly T[], test: (item: T) => boolean | undefined): boolean | undefined {
  let answer: boolean | undefined = true;
  for (const item of items) {
    const each = test(item);
    if (each === false) return false;
    if (each === undefined) answer = undefined;
  }
  return answer;
}

function both(a: boolean | undefined, b: boolean | undefined): boolean | undefined {
  if (a === false || b === false) return false;
  return a === undefined || b === undefined ? undefined : true;
}

function not(answer: boolean | undefined): boolean | undefined {
  return answer === undefined ? undefined : !answer;
}
