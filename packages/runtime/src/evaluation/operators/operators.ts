import { equals, isIn } from "./equality.ts";
import { exists } from "./existence.ts";
import { atLeast, atMost, greaterThan, lessThan } from "./numeric.ts";
import type { CompileOperator } from "./operator.ts";

export type OperatorName = "equals" | "in" | "exists" | "lessThan" | "atMost" | "greaterThan" | "atLeast";

/**
 * Every operator by name. What it takes and what it means stands in `operator-table.ts`, apart from this so that a
 * browser need not carry the prose.
 */
export const operators: { readonly [N in OperatorName]: CompileOperator } = {
  equals,
  in: isIn,
  exists,
  lessThan,
  atMost,
  greaterThan,
  atLeast,
};

export function isOperator(name: string): name is OperatorName {
  return Object.hasOwn(operators, name);
}
