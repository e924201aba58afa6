import type { JsonValue } from "../../snapshot/model.ts";
import type { CompileOperator } from "./operator.ts";

function number(operand: JsonValue): number {
  if (typeof operand !== "number") throw new TypeError();
  return operand;
}

export const lessThan: CompileOperator = (operand) => {
  const bound = number(operand);
  return (value) => typeof value === "number" && value < bound;
};

export const atMost: CompileOperator = (operand) => {
  const bound = number(operand);
  return (value) => typeof value === "number" && value <= bound;
};

export const greaterThan: CompileOperator = (operand) => {
  const bound = number(operand);
  return (value) => typeof value === "number" && value > bound;
};

export const atLeast: CompileOperator = (operand) => {
  const bound = number(operand);
  return (value) => typeof value === "number" && value >= bound;
};
