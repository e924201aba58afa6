import type { JsonObject } from "../../snapshot/model.ts";
import type { CompileOperator } from "./operator.ts";
import { operators, type OperatorName } from "./operators.ts";

/** The type an attribute must have for the operator to be true of it. `any` stands for every JSON value. */
export type AttributeType = "any" | "scalar" | "string" | "number" | "date" | "array" | "string or array";

/** An operator as people and tools see it. */
export interface Operator {
  readonly name: OperatorName;
  readonly attribute: AttributeType;
  /** The JSON Schema of the operand. */
  readonly operand: JsonObject;
  /** One sentence: when it is true. */
  readonly summary: string;
  readonly compile: CompileOperator;
}

const scalar: JsonObject = { type: ["string", "number", "boolean", "null"] };
const scalars: JsonObject = { type: "array", items: scalar, minItems: 1 };
const number: JsonObject = { type: "number" };

const described: { readonly [N in OperatorName]: Omit<Operator, "name" | "compile"> } = {
  equals: { attribute: "scalar", operand: scalar, summary: "The attribute has this value, of the same type." },
  in: { attribute: "scalar", operand: scalars, summary: "The attribute has one of these values, of the same type." },
  exists: {
    attribute: "any",
    operand: { type: "boolean" },
    summary: "With `true`: the attribute is there and not null. With `false`: it is missing or null.",
  },
  lessThan: { attribute: "number", operand: number, summary: "The attribute is a number below this one." },
  atMost: { attribute: "number", operand: number, summary: "The attribute is a number up to and including this one." },
  greaterThan: { attribute: "number", operand: number, summary: "The attribute is a number above this one." },
  atLeast: { attribute: "number", operand: number, summary: "The attribute is a number from this one on." },
};

/**
 * Every operator with what it takes and means: the source of the JSON Schema, the documentation and the editor.
 * The type makes sure that none is left out.
 */
export const operatorTable: { readonly [N in OperatorName]: Operator } = Object.fromEntries(
  (Object.keys(operators) as OperatorName[]).map((name) => [
    name,
    { name, ...described[name], compile: operators[name] },
  ]),
) as { readonly [N in OperatorName]: Operator };
