import { Fraction } from "fraction.js";
import { isExactArray, type Exact } from "../exact-json.ts";
import type { Formula } from "../formula/formula.ts";
import type { FormulaStore } from "../formula/formula-store.ts";
import { ARRAY, FALSE, NO_TYPE, NULL, NUMBER, OBJECT, STRING, TRUE, type TypeMask } from "../formula/type-mask.ts";
import { normalizePattern } from "../pattern/normalize-pattern.ts";
import { SchemaError } from "../schema-error.ts";
import type { SchemaView } from "./schema-reader.ts";

const masks: ReadonlyMap<Exact | undefined, TypeMask> = new Map<Exact, TypeMask>([
  ["null", NULL],
  ["boolean", FALSE | TRUE],
  ["number", NUMBER],
  ["string", STRING],
  ["array", ARRAY],
  ["object", OBJECT],
]);

/** `type`, `enum`, `const`, and what numbers and strings must be like. */
export function readScalarKeywords(view: SchemaView): Formula[] {
  const { schema, store, at, options } = view;
  const parts: Formula[] = [];
  const type = schema.get("type");
  if (type !== undefined) parts.push(typeFormula(store, isExactArray(type) ? type : [type]));
  const values = schema.get("enum");
  if (isExactArray(values)) parts.push(enumFormula(store, values));
  const constant = schema.get("const");
  if (constant !== undefined) parts.push(store.constant(constant));

  const bound = (keyword: string, kind: "lower" | "upper", exclusive: boolean): void => {
    const value = schema.get(keyword);
    if (value instanceof Fraction) parts.push(store.number({ kind, bound: value, exclusive }));
  };
  bound("minimum", "lower", false);
  bound("exclusiveMinimum", "lower", true);
  bound("maximum", "upper", false);
  bound("exclusiveMaximum", "upper", true);
  const divisor = schema.get("multipleOf");
  if (divisor instanceof Fraction) parts.push(store.number({ kind: "multipleOf", divisor }));

  const minLength = count(schema.get("minLength"));
  if (minLength !== undefined) parts.push(store.string({ kind: "minLength", length: minLength }));
  const maxLength = count(schema.get("maxLength"));
  if (maxLength !== undefined) parts.push(store.string({ kind: "maxLength", length: maxLength }));
  const pattern = schema.get("pattern");
  if (typeof pattern === "string") {
    parts.push(patternAtom(store, pattern, `${at.pointer}/pattern`));
  }
  const format = schema.get("format");
  if (options.formatAssertion === true && typeof format === "string") {
    parts.push(store.string({ kind: "format", name: format, path: `${at.pointer}/format` }));
  }
  return parts;
}

/** Throws `SchemaError` for a text that is no regular expression. */
export function patternAtom(store: FormulaStore, source: string, path: string): Formula {
  if (normalizePattern(source) === undefined) {
    throw new SchemaError(path, `${JSON.stringify(source)} is not a regular expression of ECMA-262`);
  }
  return store.string({ kind: "pattern", source, path });
}

/** A count keyword's value, if it is there. */
export function count(value: Exact | undefined): number | undefined {
  return value instanceof Fraction ? Number(value.n / value.d) : undefined;
}

function typeFormula(store: FormulaStore, names: readonly Exact[]): Formula {
  const mask = names.reduce<TypeMask>((sum, name) => sum | (masks.get(name) ?? NO_TYPE), NO_TYPE);
  const types = store.types(mask);
  if (!names.includes("integer") || (mask & NUMBER) !== 0) return types;
  return store.or([types, integerFormula(store)]);
}

function integerFormula(store: FormulaStore): Formula {
  return store.and([store.types(NUMBER), store.number({ kind: "multipleOf", divisor: new Fraction(1) })]);
}

/** Numbers and strings are kept as sets, so that an `enum` of a thousand words stays one atom. */
function enumFormula(store: FormulaStore, values: readonly Exact[]): Formula {
  const numbers = values.filter((value) => value instanceof Fraction);
  const strings = values.filter((value) => typeof value === "string");
  const others = values.filter((value) => !(value instanceof Fraction) && typeof value !== "string");
  const parts = others.map((value) => store.constant(value));
  if (numbers.length > 0) parts.push(store.and([store.types(NUMBER), store.numberIn(numbers)]));
  if (strings.length > 0) parts.push(store.and([store.types(STRING), store.stringIn(strings)]));
  return store.or(parts);
}
