import type { JsonValue } from "../../snapshot/model.ts";
import { Unreadable } from "../unreadable.ts";
import { allOf, anyOf, every, lengthAtLeast, lengthAtMost, some } from "./collection.ts";
import { after, before, notAfter, notBefore } from "./date.ts";
import { equals, isIn } from "./equality.ts";
import { exists } from "./existence.ts";
import { cidr } from "./network.ts";
import { atLeast, atMost, greaterThan, lessThan } from "./numeric.ts";
import type { CompileOperator, OperatorEnvironment, RegularExpressions, ValueTest } from "./operator.ts";
import { semver } from "./semantic-version.ts";
import {
  contains,
  containsIgnoreCase,
  endsWith,
  endsWithIgnoreCase,
  equalsIgnoreCase,
  inIgnoreCase,
  matches,
  startsWith,
  startsWithIgnoreCase,
} from "./text.ts";

export type OperatorName =
  | "equals"
  | "equalsIgnoreCase"
  | "in"
  | "inIgnoreCase"
  | "exists"
  | "contains"
  | "containsIgnoreCase"
  | "startsWith"
  | "startsWithIgnoreCase"
  | "endsWith"
  | "endsWithIgnoreCase"
  | "matches"
  | "lessThan"
  | "atMost"
  | "greaterThan"
  | "atLeast"
  | "before"
  | "notAfter"
  | "after"
  | "notBefore"
  | "semver"
  | "cidr"
  | "lengthAtLeast"
  | "lengthAtMost"
  | "anyOf"
  | "allOf"
  | "some"
  | "every";

/**
 * Every operator by name. What it takes and what it means stands in `operator-table.ts`, apart from this so that a
 * browser need not carry the prose.
 */
export const operators: { readonly [N in OperatorName]: CompileOperator } = {
  equals,
  equalsIgnoreCase,
  in: isIn,
  inIgnoreCase,
  exists,
  contains,
  containsIgnoreCase,
  startsWith,
  startsWithIgnoreCase,
  endsWith,
  endsWithIgnoreCase,
  matches,
  lessThan,
  atMost,
  greaterThan,
  atLeast,
  before,
  notAfter,
  after,
  notBefore,
  semver,
  cidr,
  lengthAtLeast,
  lengthAtMost,
  anyOf,
  allOf,
  some,
  every,
};

export function isOperator(name: string): name is OperatorName {
  return Object.hasOwn(operators, name);
}

/** @throws {Unreadable} when the operator is unknown or does not take this operand. */
export function compileOperator(name: string, operand: JsonValue, environment: OperatorEnvironment): ValueTest {
  if (!isOperator(name)) throw new Unreadable(`The operator ${JSON.stringify(name)} is unknown.`);
  try {
    return operators[name](operand, environment);
  } catch (error) {
    // Operators say what they take; who they are is added here, once.
    throw new Unreadable(`The operator ${name} ${error instanceof Error ? error.message : "refuses its operand"}.`);
  }
}

export function operatorEnvironment(regularExpressions: RegularExpressions | undefined): OperatorEnvironment {
  const environment: OperatorEnvironment = {
    regularExpressions,
    item: (operator, operand) => compileOperator(operator, operand, environment),
  };
  return environment;
}
