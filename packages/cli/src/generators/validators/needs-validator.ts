import type { JsonValue } from "@flagwright/runtime";
import type { JsonSchema } from "@flagwright/schema";

/** Keywords that decide nothing about a value by themselves. */
const SILENT: ReadonlySet<string> = new Set([
  "$anchor",
  "$comment",
  "$defs",
  "$id",
  "$schema",
  "contentEncoding",
  "contentMediaType",
  "contentSchema",
  "default",
  "definitions",
  "deprecated",
  "description",
  "examples",
  "format",
  "readOnly",
  "title",
  "writeOnly",
]);

/**
 * The allowed values, when a comparison with them says all that the schema does: an enum or constant of primitive
 * values. Values that the schema's own `type` excludes are left out.
 */
export function comparedValues(schema: JsonSchema): readonly JsonValue[] | undefined {
  if (typeof schema === "boolean") return undefined;
  const values = "const" in schema ? [schema["const"] ?? null] : schema["enum"];
  if (!Array.isArray(values)) return undefined;
  return (values as readonly JsonValue[]).every((value) => typeof value !== "object" || value === null)
    ? (values as readonly JsonValue[])
    : undefined;
}

/** Whether a flag's `type` and `enum`, which the runtime checks by itself, leave anything of the schema unchecked. */
export function needsValidator(schema: JsonSchema): boolean {
  if (schema === true) return false;
  if (schema === false) return true;
  const keywords = Object.keys(schema).filter((name) => !SILENT.has(name));
  if (keywords.length === 0) return false;
  if (comparedValues(schema) !== undefined)
    return keywords.some((name) => name !== "enum" && name !== "const" && name !== "type") || excludesValues(schema);
  return keywords.length > 1 || typeof schema["type"] !== "string" || schema["type"] === "null";
}

function excludesValues(schema: Exclude<JsonSchema, boolean>): boolean {
  const { type } = schema;
  if (type === undefined) return false;
  const types = Array.isArray(type) ? type : [type];
  return (comparedValues(schema) ?? []).some((value) => !types.some((each) => isOfType(value, each)));
}

function isOfType(value: JsonValue, type: JsonValue): boolean {
  if (type === "null") return value === null;
  if (type === "integer") return Number.isInteger(value);
  return typeof value === type;
}
