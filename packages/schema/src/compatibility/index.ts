import type { JsonValue } from "@flagwright/runtime";
import type { JsonSchema } from "../definition/model.ts";
import { compileWithAjv } from "./ajv-validator.ts";
import { declaredDialect, defaultDialect } from "./dialect.ts";
import { unknown, yes, type Comparison, type Verdict } from "./verdict.ts";

export type { Comparison, No, Unknown, UnknownReason, Verdict, Yes } from "./verdict.ts";
export { SchemaError } from "./schema-error.ts";

/**
 * Compares two schemas in both directions. Throws `SchemaError` when one of them is no schema.
 *
 * @example
 * ```ts
 * compareSchemas({ type: "number" }, { type: "integer" }).previousInCurrent; // { answer: "no", witness: 0.5, … }
 * ```
 */
export function compareSchemas(previous: JsonSchema, current: JsonSchema): Comparison {
  return { previousInCurrent: isSubset(previous, current), currentInPrevious: isSubset(current, previous) };
}

/** Whether every value that `a` accepts is accepted by `b`. Throws `SchemaError` when one of them is no schema. */
export function isSubset(a: JsonSchema, b: JsonSchema): Verdict {
  const inA = compileWithAjv(a, declaredDialect(a) ?? defaultDialect);
  const inB = compileWithAjv(b, declaredDialect(b) ?? defaultDialect);
  if (JSON.stringify(a) === JSON.stringify(b)) return yes;
  const witness = probes(a, b).find((value) => inA(value) && !inB(value));
  if (witness !== undefined) {
    return { answer: "no", witness, witnessText: JSON.stringify(witness), certifiedBy: "ajv" };
  }
  return unknown("", "No value was found that tells the schemas apart.", "Simplify the schema.");
}

function probes(...schemas: readonly JsonSchema[]): JsonValue[] {
  const found: JsonValue[] = [null, true, false, 0, 1, -1, 0.5, "", "a", [], {}];
  const visit = (value: JsonValue): void => {
    found.push(value);
    if (typeof value === "number") found.push(value - 1, value + 1);
    if (typeof value === "object" && value !== null) Object.values(value).forEach(visit);
  };
  schemas.forEach(visit);
  return found;
}
