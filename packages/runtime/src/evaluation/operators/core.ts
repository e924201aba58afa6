import { equals, isIn } from "./equality.ts";
import { exists } from "./existence.ts";
import { atLeast, atMost, greaterThan, lessThan } from "./numeric.ts";
import type { CompileOperator } from "./operator.ts";
import { contains, endsWith, startsWith } from "./text.ts";

export type CoreOperatorName =
  | "equals"
  | "in"
  | "exists"
  | "contains"
  | "startsWith"
  | "endsWith"
  | "lessThan"
  | "atMost"
  | "greaterThan"
  | "atLeast";

/** What nearly every project uses, and what every client therefore has from the start. */
export const coreOperators: { readonly [N in CoreOperatorName]: CompileOperator } = {
  equals,
  in: isIn,
  exists,
  contains,
  startsWith,
  endsWith,
  lessThan,
  atMost,
  greaterThan,
  atLeast,
};
