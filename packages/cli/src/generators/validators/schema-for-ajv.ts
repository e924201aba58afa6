import type { JsonObject, JsonValue } from "@flagwright/runtime";
import type { JsonSchema } from "@flagwright/schema";
import {
  annotationKeywords,
  schemaKeywords,
  schemaListKeywords,
  schemaMapKeywords,
} from "@flagwright/schema/definitions";

/**
 * The same schema, as ajv reads it right: without what decides nothing, so that no description ends up in a bundle,
 * and with two kinds of property as patterns. ajv ignores a property named `__proto__`, and cannot name one that is
 * half a character.
 */
export function schemaForAjv(schema: JsonSchema): JsonSchema {
  if (typeof schema === "boolean") return schema;
  const entries = Object.entries(schema)
    .filter(([keyword]) => !annotationKeywords.has(keyword) && keyword !== "$schema")
    .map(([keyword, value]): [string, JsonValue] => [keyword, inside(keyword, value)]);
  const plain = Object.fromEntries(entries);
  const properties = Object.entries((plain["properties"] ?? {}) as JsonObject);
  const odd = properties.filter(([name]) => isOdd(name));
  if (odd.length === 0) return plain;
  const patterns = odd.map(([name, value]): [string, JsonValue] => [patternOf(name), value]);
  return {
    ...plain,
    properties: Object.fromEntries(properties.filter(([name]) => !isOdd(name))),
    patternProperties: { ...((plain["patternProperties"] ?? {}) as JsonObject), ...Object.fromEntries(patterns) },
  };
}

function inside(keyword: string, value: JsonValue): JsonValue {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value))
    return schemaListKeywords.has(keyword) ? value.map((each) => schemaForAjv(each as JsonSchema)) : value;
  if (schemaKeywords.has(keyword)) return schemaForAjv(value as JsonSchema);
  if (!schemaMapKeywords.has(keyword)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, schemaForAjv(each as JsonSchema)]));
}

function isOdd(name: string): boolean {
  return name === "__proto__" || /\p{Cs}/u.test(name);
}

function patternOf(name: string): string {
  const characters = Array.from(name, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
  return `^${characters.join("")}$`;
}
