import { createHash } from "node:crypto";
import type { JsonObject, JsonValue } from "@flagwright/runtime";
import { canonicalJson } from "../json/canonical-json.ts";
import { isJsonObject, jsonObject } from "../json/json-object.ts";
import type { JsonSchema } from "./model.ts";
import {
  annotationKeywords,
  namingKeywords,
  schemaKeywords,
  schemaListKeywords,
  schemaMapKeywords,
} from "./schema-keywords.ts";
import { resolveReference } from "./schema-walk.ts";

/** References that refer to references can double at each step; beyond this they stay as they are written. */
const MAX_EXPANDED_SCHEMAS = 10_000;

/** The first 16 bytes of SHA-256: 128 bits, more than enough where nobody gains by a collision. */
const HASH_BYTES = 16;

/**
 * Names what a value schema allows, whatever it says about it: SHA-256 of the RFC 8785 canonical JSON of the schema
 * with every `$ref` resolved and annotations removed, the first 16 bytes in base64url. A reference that leads back
 * into itself is written as the number of references between, so that names play no part either. Never throws.
 *
 * @example
 * ```ts
 * schemaHash({ type: "boolean" }) === schemaHash({ type: "boolean", title: "On?" }); // true
 * ```
 */
export function schemaHash(schema: JsonSchema): string {
  let text: string;
  try {
    text = canonicalJson(new Expansion(schema).expanded());
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    text = canonicalJson(schema);
  }
  return createHash("sha256").update(text).digest().subarray(0, HASH_BYTES).toString("base64url");
}

/** A schema written out: no references, no annotations, no names of places. */
class Expansion {
  readonly #root: JsonSchema;
  /** The targets of the references that are being written out, outermost first. */
  readonly #path: string[] = [""];
  readonly #targets = new Map<string, { readonly pointer: string; readonly schema: JsonValue } | undefined>();
  #expanded = 0;

  constructor(root: JsonSchema) {
    this.#root = root;
  }

  /** Throws `RangeError` when the schema would become too large. */
  expanded(): JsonValue {
    return this.#schema(this.#root);
  }

  #schema(schema: JsonValue): JsonValue {
    if (!isJsonObject(schema)) return schema;
    if (++this.#expanded > MAX_EXPANDED_SCHEMAS) throw new RangeError("The schema's references expand without end.");
    const reference = Object.hasOwn(schema, "$ref") ? schema["$ref"] : undefined;
    const target = typeof reference === "string" ? this.#target(reference) : undefined;
    const keywords = Object.entries(schema).filter(
      ([keyword]) =>
        !annotationKeywords.has(keyword) &&
        !namingKeywords.has(keyword) &&
        !(keyword === "$ref" && target !== undefined),
    );
    const rest = jsonObject(keywords.map(([keyword, value]) => [keyword, this.#keyword(keyword, value)]));
    if (target === undefined) return rest;
    const resolved = this.#reference(target.pointer, target.schema);
    if (keywords.length === 0) return resolved;
    const all = Object.hasOwn(rest, "allOf") && Array.isArray(rest["allOf"]) ? rest["allOf"] : [];
    return { ...rest, allOf: [resolved, ...all] };
  }

  #keyword(keyword: string, value: JsonValue): JsonValue {
    if (schemaKeywords.has(keyword)) return this.#schema(value);
    if (schemaListKeywords.has(keyword) && Array.isArray(value)) return value.map((item) => this.#schema(item));
    if (schemaMapKeywords.has(keyword) && isJsonObject(value))
      return jsonObject(Object.entries(value).map(([name, item]) => [name, this.#schema(item)]));
    return value;
  }

  #reference(pointer: string, schema: JsonValue): JsonObject | JsonValue {
    const open = this.#path.lastIndexOf(pointer);
    if (open !== -1) return { $ref: this.#path.length - open };
    this.#path.push(pointer);
    const resolved = this.#schema(schema);
    this.#path.pop();
    return resolved;
  }

  #target(reference: string): { readonly pointer: string; readonly schema: JsonValue } | undefined {
    if (!this.#targets.has(reference)) this.#targets.set(reference, resolveReference(this.#root, reference));
    return this.#targets.get(reference);
  }
}
