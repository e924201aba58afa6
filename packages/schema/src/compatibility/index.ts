import type { JsonSchema } from "../definition/model.ts";
import { SchemaPair, type CompareOptions } from "./compare.ts";
import { parseSchema, readSchema } from "./schema/document.ts";
import type { Comparison, Verdict } from "./verdict.ts";

export { compareLine } from "./compare-line.ts";
export type { CompareOptions } from "./compare.ts";
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
export function compareSchemas(previous: JsonSchema, current: JsonSchema, options: CompareOptions = {}): Comparison {
  return new SchemaPair(readSchema(previous), readSchema(current), options).compare();
}

/** The same for JSON text, in which numbers beyond doubles keep their digits. */
export function compareSchemaTexts(previous: string, current: string, options: CompareOptions = {}): Comparison {
  return new SchemaPair(parseSchema(previous), parseSchema(current), options).compare();
}

/** Whether every value that `a` accepts is accepted by `b`. Throws `SchemaError` when one of them is no schema. */
export function isSubset(a: JsonSchema, b: JsonSchema, options: CompareOptions = {}): Verdict {
  return new SchemaPair(readSchema(a), readSchema(b), options).previousInCurrent();
}
