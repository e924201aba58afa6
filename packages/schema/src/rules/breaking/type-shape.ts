import type { JsonObject, JsonValue } from "@flagwright/runtime";
import { schemaKeywords, schemaListKeywords, schemaMapKeywords } from "../../definition/schema-keywords.ts";
import type { JsonSchema } from "../../definition/model.ts";
import { isJsonObject, jsonObject } from "../../json/json-object.ts";

/** Keywords that a type of TypeScript can express; a bound or a pattern leaves no trace in it. */
const visible: ReadonlySet<string> = new Set([
  "$anchor",
  "$defs",
  "$ref",
  "additionalProperties",
  "allOf",
  "anyOf",
  "const",
  "enum",
  "items",
  "oneOf",
  "prefixItems",
  "properties",
  "required",
  "type",
]);

/**
 * What is left of a value schema in its generated type. `integer` is a number there, `oneOf` a union, and an object
 * that is open on purpose stays open.
 */
export function typeShape(schema: JsonSchema): JsonSchema {
  return shape(schema) as JsonSchema;
}

function shape(schema: JsonValue): JsonValue {
  if (!isJsonObject(schema)) return schema;
  return jsonObject(
    Object.entries(schema)
      .filter(([keyword]) => visible.has(keyword))
      .map(([keyword, value]) =>
        keyword === "oneOf" ? ["anyOf", keywordShape(keyword, value)] : [keyword, keywordShape(keyword, value)],
      ),
  );
}

function keywordShape(keyword: string, value: JsonValue): JsonValue {
  if (keyword === "type") return Array.isArray(value) ? value.map(numeric) : numeric(value);
  if (schemaKeywords.has(keyword)) return shape(value);
  if (schemaListKeywords.has(keyword) && Array.isArray(value)) return value.map(shape);
  if (schemaMapKeywords.has(keyword) && isJsonObject(value))
    return jsonObject(Object.entries(value as JsonObject).map(([name, item]) => [name, shape(item)]));
  return value;
}

function numeric(type: JsonValue): JsonValue {
  return type === "integer" ? "number" : type;
}
