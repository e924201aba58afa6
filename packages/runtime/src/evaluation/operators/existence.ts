import type { CompileOperator } from "./operator.ts";

/** The one operator that can be true of a missing attribute. `null` counts as missing. */
export const exists: CompileOperator = (operand) => {
  if (typeof operand !== "boolean") throw new TypeError();
  return (value) => (value !== undefined && value !== null) === operand;
};
