/**
 * Where schemas stand inside a schema of draft 2020-12, so that a walk never takes a property named `title` for the
 * annotation `title`, nor an `enum` value for a schema.
 */

/** Keywords whose value is a schema. */
export const schemaKeywords: ReadonlySet<string> = new Set([
  "additionalProperties",
  "contains",
  "contentSchema",
  "else",
  "if",
  "items",
  "not",
  "propertyNames",
  "then",
  "unevaluatedItems",
  "unevaluatedProperties",
]);

/** Keywords whose value is a list of schemas. */
export const schemaListKeywords: ReadonlySet<string> = new Set(["allOf", "anyOf", "oneOf", "prefixItems"]);

/** Keywords whose value maps names to schemas. */
export const schemaMapKeywords: ReadonlySet<string> = new Set([
  "$defs",
  "definitions",
  "dependentSchemas",
  "patternProperties",
  "properties",
]);

/** Keywords that describe and decide nothing. */
export const annotationKeywords: ReadonlySet<string> = new Set([
  "$comment",
  "contentEncoding",
  "contentMediaType",
  "contentSchema",
  "default",
  "deprecated",
  "description",
  "examples",
  "readOnly",
  "title",
  "writeOnly",
]);

/** Keywords that only name places in a schema, and are of no use once references are resolved. */
export const namingKeywords: ReadonlySet<string> = new Set(["$anchor", "$defs", "$id", "$schema", "definitions"]);
