import type { JsonValue, ValueType } from "@flagwright/runtime";
import { isJsonObject, member } from "../json/json-object.ts";
import type { JsonSchema } from "./model.ts";
import { resolveReference } from "./schema-walk.ts";

const named: ReadonlySet<string> = new Set(["boolean", "string", "number", "integer", "object", "array"]);

/** A chain of references to references longer than this leads nowhere. */
const MAX_REFERENCES = 20;

/**
 * What a flag's values are, as far as its schema says so at its top: `type`, `enum`, `const`, or what a `$ref` leads
 * to. A schema that mixes types, or says nothing, gives `any`.
 */
export function valueTypeOf(schema: JsonSchema): ValueType {
  let current: JsonValue = schema;
  for (let step = 0; step < MAX_REFERENCES && isJsonObject(current); step++) {
    const type = member(current, "type");
    if (typeof type === "string") return named.has(type) ? (type as ValueType) : "any";
    const constant = member(current, "const");
    if (constant !== undefined) return typeOfValue(constant);
    const values = member(current, "enum");
    if (Array.isArray(values)) return commonType(values.map(typeOfValue));
    const reference = member(current, "$ref");
    const target = typeof reference === "string" ? resolveReference(schema, reference) : undefined;
    if (target === undefined) return "any";
    current = target.schema;
  }
  return "any";
}

function commonType(types: readonly ValueType[]): ValueType {
  const [first = "any"] = types;
  if (types.every((type) => type === first)) return first;
  return types.every((type) => type === "integer" || type === "number") ? "number" : "any";
}

function typeOfValue(value: JsonValue): ValueType {
  if (value === null) return "any";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value === "object" ? "object" : (typeof value as "string" | "boolean");
}
