import type { JsonObject, JsonValue } from "@flagwright/runtime";
import { isJsonObject } from "../json/json-object.ts";
import { pointerTo } from "../json/pointer.ts";
import { schemaKeywords, schemaListKeywords, schemaMapKeywords } from "./schema-keywords.ts";

/** The schemas directly inside a schema, each with its pointer. */
export function* subschemas(schema: JsonObject, pointer = ""): Iterable<readonly [pointer: string, schema: JsonValue]> {
  for (const [keyword, value] of Object.entries(schema)) {
    const at = pointerTo(pointer, keyword);
    if (schemaKeywords.has(keyword)) yield [at, value];
    else if (schemaListKeywords.has(keyword) && Array.isArray(value))
      for (const [index, item] of value.entries()) yield [pointerTo(at, index), item];
    else if (schemaMapKeywords.has(keyword) && isJsonObject(value))
      for (const [name, item] of Object.entries(value)) yield [pointerTo(at, name), item];
  }
}

/** A schema and all schemas inside it, references not followed. Depth is no matter: nothing recurses. */
export function* everySubschema(schema: JsonValue): Iterable<readonly [pointer: string, schema: JsonValue]> {
  const open: (readonly [string, JsonValue])[] = [["", schema]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    yield next;
    if (isJsonObject(next[1])) open.push(...subschemas(next[1], next[0]));
  }
}

/** What a reference inside this schema leads to: `#`, `#/pointer` or `#anchor`; `undefined` when it leads nowhere. */
export function resolveReference(
  root: JsonValue,
  reference: string,
): { readonly pointer: string; readonly schema: JsonValue } | undefined {
  if (!reference.startsWith("#")) return undefined;
  const fragment = decode(reference.slice(1));
  if (fragment === undefined) return undefined;
  if (fragment === "") return { pointer: "", schema: root };
  for (const [pointer, schema] of everySubschema(root))
    if (pointer === fragment || (isJsonObject(schema) && schema["$anchor"] === fragment)) return { pointer, schema };
  return undefined;
}

function decode(fragment: string): string | undefined {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return undefined;
  }
}
