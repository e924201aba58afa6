import type { RegularExpressions } from "../operators/operator.ts";
import {
  asValue,
  dateOf,
  dateOperand,
  fold,
  isScalarOrNull,
  missing,
  network,
  type Value,
  versionRange,
} from "./reference-values.ts";

export type ReferenceTest = (value: Value, at: number) => boolean;

const isText = (value: unknown): value is string => typeof value === "string";
const isNumber = (value: unknown): value is number => typeof value === "number";
const isLength = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isScalarList = (value: unknown): value is readonly unknown[] =>
  Array.isArray(value) && value.length > 0 && value.every(isScalarOrNull);

/** The operator's test for this operand, or nothing when the operator is unknown or does not take the operand. */
export function referenceOperator(
  name: string,
  operand: unknown,
  regularExpressions: RegularExpressions,
): ReferenceTest | undefined {
  switch (name) {
    case "equals":
      return isScalarOrNull(operand) ? (value) => value === operand : undefined;
    case "equalsIgnoreCase":
      return isText(operand) ? (value) => isText(value) && fold(value) === fold(operand) : undefined;
    case "in":
      return isScalarList(operand) ? (value) => operand.some((each) => each === value) : undefined;
    case "inIgnoreCase":
      return isScalarList(operand) && operand.every(isText)
        ? (value) => isText(value) && operand.some((each) => fold(each) === fold(value))
        : undefined;
    case "exists":
      return typeof operand === "boolean" ? (value) => (value === missing || value === null) !== operand : undefined;
    case "contains":
      return text(operand, (value, part) => value.indexOf(part) >= 0, String);
    case "containsIgnoreCase":
      return text(operand, (value, part) => value.indexOf(part) >= 0, fold);
    case "startsWith":
      return text(operand, (value, part) => value.slice(0, part.length) === part, String);
    case "startsWithIgnoreCase":
      return text(operand, (value, part) => value.slice(0, part.length) === part, fold);
    case "endsWith":
      return text(operand, (value, part) => value.slice(-part.length) === part, String);
    case "endsWithIgnoreCase":
      return text(operand, (value, part) => value.slice(-part.length) === part, fold);
    case "matches":
      return matches(operand, regularExpressions);
    case "lessThan":
      return isNumber(operand) ? (value) => isNumber(value) && value < operand : undefined;
    case "atMost":
      return isNumber(operand) ? (value) => isNumber(value) && value <= operand : undefined;
    case "greaterThan":
      return isNumber(operand) ? (value) => isNumber(value) && value > operand : undefined;
    case "atLeast":
      return isNumber(operand) ? (value) => isNumber(value) && value >= operand : undefined;
    case "before":
      return date(operand, (time, bound) => time < bound);
    case "notAfter":
      return date(operand, (time, bound) => time <= bound);
    case "after":
      return date(operand, (time, bound) => time > bound);
    case "notBefore":
      return date(operand, (time, bound) => time >= bound);
    case "semver": {
      const range = isText(operand) ? versionRange(operand) : undefined;
      return range && ((value) => isText(value) && range(value));
    }
    case "cidr": {
      const networks = (Array.isArray(operand) ? operand : [operand]).map(network);
      if (networks.length === 0 || networks.some((each) => each === undefined)) return undefined;
      return (value) => isText(value) && networks.some((each) => each?.(value));
    }
    case "lengthAtLeast":
      return isLength(operand) ? (value) => (lengthOf(value) ?? -1) >= operand : undefined;
    case "lengthAtMost":
      return isLength(operand) ? (value) => (lengthOf(value) ?? Infinity) <= operand : undefined;
    case "anyOf":
      return isScalarList(operand)
        ? (value) => Array.isArray(value) && value.map(asValue).some((item) => operand.includes(item))
        : undefined;
    case "allOf":
      return isScalarList(operand)
        ? (value) => Array.isArray(value) && operand.every((each) => value.map(asValue).includes(each))
        : undefined;
    case "some": {
      const test = item(operand, regularExpressions);
      return test && ((value, at) => Array.isArray(value) && value.map(asValue).some((each) => test(each, at)));
    }
    case "every": {
      const test = item(operand, regularExpressions);
      return (
        test &&
        ((value, at) => Array.isArray(value) && value.length > 0 && value.map(asValue).every((each) => test(each, at)))
      );
    }
    default:
      return undefined;
  }
}

function text(
  operand: unknown,
  holds: (value: string, part: string) => boolean,
  change: (text: string) => string,
): ReferenceTest | undefined {
  const parts: readonly unknown[] = Array.isArray(operand) ? operand : [operand];
  if (parts.length === 0 || !parts.every((part) => isText(part) && part !== "")) return undefined;
  return (value) => isText(value) && parts.some((part) => holds(change(value), change(String(part))));
}

function matches(operand: unknown, regularExpressions: RegularExpressions): ReferenceTest | undefined {
  if (!isText(operand) || operand.length > 1000) return undefined;
  try {
    const pattern = regularExpressions(operand);
    return (value) => isText(value) && pattern.test(value);
  } catch {
    return undefined;
  }
}

function date(operand: unknown, holds: (time: number, bound: number) => boolean): ReferenceTest | undefined {
  const bound = dateOperand(operand);
  if (bound === undefined) return undefined;
  return (value, at) => {
    const time = dateOf(value);
    return time !== undefined && holds(time, bound(at));
  };
}

function lengthOf(value: Value): number | undefined {
  if (typeof value === "string") return Array.from(value).length;
  return Array.isArray(value) ? value.length : undefined;
}

function item(operand: unknown, regularExpressions: RegularExpressions): ReferenceTest | undefined {
  const { operator, value } = (operand ?? {}) as { readonly operator?: unknown; readonly value?: unknown };
  if (!isText(operator) || value === undefined || operator === "some" || operator === "every") return undefined;
  return referenceOperator(operator, value, regularExpressions);
}
