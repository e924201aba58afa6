import type { JsonValue } from "../../snapshot/model.ts";
import type { CompileOperator } from "./operator.ts";

type Scalar = string | number | boolean | null;

function scalar(value: JsonValue): Scalar {
  if (typeof value === "object" && value !== null) throw new TypeError();
  return value;
}

function scalars(value: JsonValue): readonly Scalar[] {
  if (!Array.isArray(value) || value.length === 0) throw new TypeError();
  return value.map(scalar);
}

export const equals: CompileOperator = (operand) => {
  const expected = scalar(operand);
  return (value) => value === expected;
};

/** A set, so that a list of 100,000 costs what a list of two does. */
export const isIn: CompileOperator = (operand) => {
  const expected: ReadonlySet<unknown> = new Set(scalars(operand));
  return (value) => expected.has(value);
};
