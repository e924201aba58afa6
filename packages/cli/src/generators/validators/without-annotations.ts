import type { JsonValue } from "@flagwright/runtime";
import {
  annotationKeywords,
  schemaKeywords,
  schemaListKeywords,
  schemaMapKeywords,
  type JsonSchema,
} from "@flagwright/schema";

/** The schema without what decides nothing, so that no description ends up in a bundle. */
export function withoutAnnotations(schema: JsonSchema): JsonSchema {
  if (typeof schema === "boolean") return schema;
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([keyword]) => !annotationKeywords.has(keyword) && keyword !== "$schema")
      .map(([keyword, value]) => [keyword, inside(keyword, value)]),
  );
}

function inside(keyword: string, value: JsonValue): JsonValue {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value))
    return schemaListKeywords.has(keyword) ? value.map((each) => withoutAnnotations(each as JsonSchema)) : value;
  if (schemaKeywords.has(keyword)) return withoutAnnotations(value as JsonSchema);
  if (!schemaMapKeywords.has(keyword)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, withoutAnnotations(each as JsonSchema)]),
  );
}
