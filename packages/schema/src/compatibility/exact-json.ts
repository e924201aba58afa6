import { Fraction } from "fraction.js";
import type { JsonValue } from "@flagwright/runtime";
import { SchemaError } from "./schema-error.ts";

/** A JSON value whose numbers keep every digit of their source, and whose objects have no prototype to trip over. */
export type Exact = null | boolean | string | Fraction | readonly Exact[] | ExactObject;
export type ExactObject = ReadonlyMap<string, Exact>;

/** `1e400` is a number; `1e999999999` is an attack on memory. */
const maximumExponent = 5_000;

/** Reads JSON text. Throws `SchemaError` when it is none. */
export function parseExact(text: string): Exact {
  const revive = (_key: string, value: unknown, context?: { source?: string }): unknown => {
    if (typeof value === "number") return rational(context?.source ?? String(value));
    if (typeof value !== "object" || value === null || Array.isArray(value) || value instanceof Fraction) return value;
    return new Map(Object.entries(value));
  };
  try {
    return JSON.parse(text, revive) as Exact;
  } catch (error) {
    if (error instanceof SchemaError) throw error;
    if (error instanceof RangeError) throw new SchemaError("", "The JSON is nested too deeply");
    throw new SchemaError("", `Not JSON: ${(error as Error).message}`);
  }
}

/** Takes each number for what its shortest decimal text says: `0.1` is one tenth. */
export function fromJson(value: JsonValue): Exact {
  if (typeof value === "number") return rational(String(value));
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(fromJson);
  return new Map(Object.entries(value).map(([name, member]) => [name, fromJson(member)]));
}

/** The JSON value nearest to it: numbers are rounded to doubles. */
export function toJson(value: Exact): JsonValue {
  if (value instanceof Fraction) return Number(decimalText(value));
  if (typeof value !== "object" || value === null) return value;
  if (isExactArray(value)) return value.map(toJson);
  return Object.fromEntries([...value].map(([name, member]) => [name, toJson(member)]));
}

/** JSON text with every digit. */
export function toText(value: Exact): string {
  if (value instanceof Fraction) return decimalText(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (isExactArray(value)) return `[${value.map(toText).join(",")}]`;
  return `{${[...value].map(([name, member]) => `${JSON.stringify(name)}:${toText(member)}`).join(",")}}`;
}

/** A text that is the same for equal values, whatever the order of members. */
export function exactKey(value: Exact): string {
  if (value instanceof Fraction) return value.toFraction();
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (isExactArray(value)) return `[${value.map(exactKey).join(",")}]`;
  const members = [...value].map(([name, member]) => `${JSON.stringify(name)}:${exactKey(member)}`);
  return `{${members.sort().join(",")}}`;
}

/** Whether doubles can hold every number in it. */
export function fitsDoubles(value: Exact): boolean {
  if (value instanceof Fraction) return doubleText(value) !== undefined;
  if (typeof value !== "object" || value === null) return true;
  return isExactArray(value) ? value.every(fitsDoubles) : [...value.values()].every(fitsDoubles);
}

export function isExactArray(value: Exact | undefined): value is readonly Exact[] {
  return Array.isArray(value);
}

export function isExactObject(value: Exact | undefined): value is ExactObject {
  return value instanceof Map;
}

/** Reads a JSON number literal without rounding. */
export function rational(literal: string): Fraction {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(literal);
  if (match === null) throw new SchemaError("", `Not a JSON number: ${literal}`);
  const [, sign, whole = "0", fraction = "", exponentText = "0"] = match;
  const exponent = Number(exponentText) - fraction.length;
  if (Math.abs(exponent) > maximumExponent) {
    throw new SchemaError("", `A number with an exponent beyond ${maximumExponent} is not supported`);
  }
  const digits = BigInt(sign + whole + fraction);
  const power = 10n ** BigInt(Math.abs(exponent));
  return exponent >= 0 ? new Fraction(digits * power, 1n) : new Fraction(digits, power);
}

function doubleText(value: Fraction): string | undefined {
  const double = Number(value.n) / Number(value.d);
  const text = String(Number.isFinite(double) ? Number(value.s) * double : longText(value));
  return Number.isFinite(double) && rational(text).equals(value) ? text : roundedText(value);
}

/** Dividing two rounded halves may miss by one place; the digits themselves do not. */
function roundedText(value: Fraction): string | undefined {
  const double = Number(longText(value));
  return Number.isFinite(double) && rational(String(double)).equals(value) ? String(double) : undefined;
}

function decimalText(value: Fraction): string {
  return doubleText(value) ?? longText(value);
}

function longText(value: Fraction): string {
  const sign = value.s < 0n ? "-" : "";
  let places = 0;
  let scaled = value.n;
  // Numbers in schemas and witnesses are decimals: their denominator divides a power of ten.
  while (scaled % value.d !== 0n && places <= 2 * maximumExponent) {
    scaled *= 10n;
    places += 1;
  }
  const digits = (scaled / value.d).toString().padStart(places + 1, "0");
  const whole = digits.slice(0, digits.length - places);
  return places === 0 ? sign + whole : `${sign}${whole}.${digits.slice(-places)}`;
}

/**
 * Whether ajv may read it in another way: it calculates with doubles, skips a property named `__proto__`, and takes
 * all items for evaluated once there is a `contains`.
 */
export function isBeyondAjv(value: Exact): boolean {
  if (value instanceof Fraction) return value.d !== 1n || value.n > BigInt(Number.MAX_SAFE_INTEGER);
  if (typeof value !== "object" || value === null) return false;
  if (isExactArray(value)) return value.some(isBeyondAjv);
  if (value.has("unevaluatedItems") || value.has("__proto__")) return true;
  return [...value.values()].some(isBeyondAjv);
}
