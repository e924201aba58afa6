import type { JsonObject, JsonValue } from "@flagwright/runtime";
import type { JsonSchema } from "../../definition/model.ts";
import { knownMetaSchema } from "./meta-schemas.ts";
import { schemaKeywords } from "./keywords.ts";

/** Their values are data, not schemas. */
const dataKeywords = new Set(["const", "default", "enum", "examples", "required", "type"]);

/**
 * The same schema without what ajv reads in a way of its own: OpenAPI's `nullable`, draft-04's `id`, `$async` and an
 * empty `enum`, all of which JSON Schema gives another meaning or none.
 */
export function forAjv(schema: JsonSchema): JsonSchema {
  const rewritten = rewrite(schema, staticAnchors(schema)) as JsonSchema;
  const id = typeof rewritten === "object" ? rewritten["$id"] : undefined;
  if (typeof id !== "string" || knownMetaSchema(id.replace(/#$/, "")) === undefined) return rewritten;
  // Two schemas of one name are too many for ajv; a neighbouring name keeps relative references alive.
  return { ...(rewritten as JsonObject), $id: `${id.replace(/#$/, "")}-compared` };
}

/**
 * The dynamic anchors that are the only ones of their name, so that a dynamic reference to them is a plain one. ajv
 * takes some of those for references to the root.
 */
function staticAnchors(schema: JsonSchema): ReadonlySet<string> {
  const text = JSON.stringify(schema);
  // The meta-schemas have dynamic anchors of their own.
  if (/"\$ref":"(https:\/\/json-schema\.org|meta\/)/.test(text)) return new Set();
  const names = Array.from(text.matchAll(/"\$dynamicAnchor":"([^"]*)"/g), ([, name]) => name!);
  return new Set(names.filter((name) => names.indexOf(name) === names.lastIndexOf(name)));
}

function rewrite(schema: JsonValue, anchors: ReadonlySet<string>): JsonValue {
  const inside = (value: JsonValue): JsonValue => rewrite(value, anchors);
  if (Array.isArray(schema)) return schema.map(inside);
  if (typeof schema !== "object" || schema === null) return schema;
  const result: [string, JsonValue][] = [];
  for (const [keyword, value] of Object.entries(schema as JsonObject)) {
    if (keyword === "nullable" && typeof value === "boolean") continue;
    if (keyword === "id" && typeof value === "string") continue;
    if (keyword === "$async" || keyword === "$schema") continue;
    if (keyword === "$dynamicAnchor" && anchors.has(String(value))) {
      result.push(["$anchor", value]);
      continue;
    }
    if (keyword === "$dynamicRef" && typeof value === "string" && anchors.has(value.slice(1)) && !("$ref" in schema)) {
      result.push(["$ref", value]);
      continue;
    }
    if (keyword === "enum" && Array.isArray(value) && value.length === 0) {
      result.push(["enum", [null]], ["const", false]);
    } else if (dataKeywords.has(keyword)) {
      result.push([keyword, value]);
    } else if (schemaKeywords.map.has(keyword) && typeof value === "object" && value !== null) {
      result.push([keyword, mapValues(value as JsonObject, inside)]);
    } else {
      result.push([keyword, inside(value)]);
    }
  }
  return Object.fromEntries(result);
}

function mapValues(object: JsonObject, map: (value: JsonValue) => JsonValue): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, map(value)]));
}
