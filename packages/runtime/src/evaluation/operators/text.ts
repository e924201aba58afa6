import type { JsonValue } from "../../snapshot/model.ts";
import { MAX_PATTERN_LENGTH } from "../../snapshot/limits.ts";
import { Unreadable } from "../unreadable.ts";
import { scalars } from "./equality.ts";
import type { CompileOperator, ValueTest } from "./operator.ts";

/**
 * Folds case code point by code point, in no language: upper case, then lower case, as the Unicode Character
 * Database has it (SpecialCasing included). JavaScript writes a sigma at the end of a word as ς; undone here, since a
 * part of a text must fold to a part of the folded text.
 *
 * @example
 * ```ts
 * foldCase("Straße"); // "strasse"
 * ```
 */
export function foldCase(text: string): string {
  return text.toUpperCase().toLowerCase().replaceAll("ς", "σ");
}

const same = (text: string): string => text;

/** One text, or several of which any will do. An empty one would hold for everybody, which nobody means. */
function texts(operand: JsonValue): readonly string[] {
  const all: readonly JsonValue[] = Array.isArray(operand) ? operand : [operand];
  return all.map((each) => {
    if (typeof each !== "string" || each === "")
      throw new Unreadable("takes a string that is not empty, or a list of them");
    return each;
  });
}

function comparison(holds: (value: string, part: string) => boolean, fold: (text: string) => string): CompileOperator {
  return (operand): ValueTest => {
    const parts = texts(operand).map(fold);
    if (parts.length === 0) throw new Unreadable("takes a string that is not empty, or a list of them");
    return (value) => {
      if (typeof value !== "string") return false;
      const folded = fold(value);
      return parts.some((part) => holds(folded, part));
    };
  };
}

const holdsInside = (value: string, part: string): boolean => value.includes(part);
const holdsAtStart = (value: string, part: string): boolean => value.startsWith(part);
const holdsAtEnd = (value: string, part: string): boolean => value.endsWith(part);

export const contains: CompileOperator = comparison(holdsInside, same);
export const containsIgnoreCase: CompileOperator = comparison(holdsInside, foldCase);
export const startsWith: CompileOperator = comparison(holdsAtStart, same);
export const startsWithIgnoreCase: CompileOperator = comparison(holdsAtStart, foldCase);
export const endsWith: CompileOperator = comparison(holdsAtEnd, same);
export const endsWithIgnoreCase: CompileOperator = comparison(holdsAtEnd, foldCase);

export const equalsIgnoreCase: CompileOperator = (operand) => {
  if (typeof operand !== "string") throw new Unreadable("takes a string");
  const expected = foldCase(operand);
  return (value) => typeof value === "string" && foldCase(value) === expected;
};

export const inIgnoreCase: CompileOperator = (operand) => {
  const expected = new Set<string>();
  for (const each of scalars(operand)) {
    if (typeof each !== "string") throw new Unreadable("takes a list of strings");
    expected.add(foldCase(each));
  }
  return (value) => typeof value === "string" && expected.has(foldCase(value));
};

export const matches: CompileOperator = (operand, { regularExpressions }) => {
  if (typeof operand !== "string" || operand.length > MAX_PATTERN_LENGTH)
    throw new Unreadable(`takes a regular expression of at most ${MAX_PATTERN_LENGTH} characters`);
  if (regularExpressions === undefined)
    throw new Unreadable("needs a regular expression engine, and there is none here");
  const pattern = patternOf(operand, regularExpressions);
  return (value) => typeof value === "string" && pattern.test(value);
};

type Engine = NonNullable<Parameters<CompileOperator>[1]["regularExpressions"]>;

function patternOf(source: string, regularExpressions: Engine): ReturnType<Engine> {
  try {
    return regularExpressions(source);
  } catch (error) {
    throw new Unreadable(`takes a regular expression of RE2 syntax: ${error instanceof Error ? error.message : "bad"}`);
  }
}
