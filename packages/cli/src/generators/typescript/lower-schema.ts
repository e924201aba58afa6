import type { JsonObject, JsonValue } from "@flagwright/runtime";
import type { JsonSchema } from "@flagwright/schema";
import { isArray } from "./literal.ts";

/** A schema in the small dialect that json-schema-to-typescript prints exactly. */
export type Lowered =
  | { readonly tsType: string }
  | { readonly type: "string" | "number" | "boolean" | "null" }
  | { readonly enum: readonly (string | number | boolean | null)[] }
  | { readonly anyOf: readonly Lowered[] }
  | { readonly allOf: readonly Lowered[] }
  | {
      readonly type: "array";
      readonly items: Lowered | readonly Lowered[];
      readonly minItems?: number;
      readonly additionalItems?: Lowered | false;
    }
  | {
      readonly type: "object";
      readonly properties: { readonly [placeholder: string]: Lowered };
      readonly required: readonly string[];
      readonly additionalProperties: Lowered | false;
    };

/** What a lowered schema refers to by name. Placeholders keep text from definitions away from the printer of types. */
export interface LoweringTarget {
  /** The `tsType` of a `$ref`. */
  reference(ref: string): string;
  /** The `tsType` of a literal that is an array or an object. */
  literal(value: JsonValue): string;
  /** The placeholder of a property. */
  property(name: string, schema: JsonSchema): string;
  /** The `tsType` of a schema that is printed apart: the printer cannot put an optional tuple into another type. */
  apart(schema: Lowered): string;
}

type JsonType = (typeof JSON_TYPES)[number];
/** In the order in which a union shows them. */
const JSON_TYPES = ["boolean", "number", "string", "array", "object", "null"] as const;
const ANY: ReadonlySet<JsonType> = new Set(JSON_TYPES);
export const UNKNOWN: Lowered = { tsType: "unknown" };
const NEVER: Lowered = { tsType: "never" };

/** Elements written out in a non-empty array's type; more would hide the type behind its own repetition. */
const MAX_WRITTEN_ELEMENTS = 4;

const KEYWORDS_OF: { readonly [type in JsonType]: readonly string[] } = {
  null: [],
  boolean: [],
  number: [],
  string: [],
  array: ["items", "prefixItems", "minItems", "maxItems"],
  object: ["properties", "required", "additionalProperties", "patternProperties"],
};

/**
 * Turns a JSON Schema of draft 2020-12 into the dialect above. The type that comes of it allows every value that the
 * schema allows; what a type cannot say (ranges, patterns, `not`, `if`) is left to the validator.
 *
 * `inherited` are the JSON types that the schemas around this one leave open for the same value.
 */
export function lowerSchema(
  schema: JsonSchema | undefined,
  target: LoweringTarget,
  inherited: ReadonlySet<JsonType> = ANY,
): Lowered {
  if (schema === undefined || schema === true) return UNKNOWN;
  if (schema === false) return NEVER;
  const types = typesOf(schema, inherited);
  const parts: Lowered[] = [];

  const values = valuesOf(schema);
  if (values !== undefined) return valueUnion(values, types, target);

  if (typeof schema["$ref"] === "string") parts.push({ tsType: target.reference(schema["$ref"]) });
  const structural = JSON_TYPES.some((type) => types.has(type) && KEYWORDS_OF[type].some((name) => name in schema));
  if (structural || types.size < inherited.size || (types.size < ANY.size && !hasApplicator(schema)))
    parts.push(unionOf([...types].map((type) => lowerType(type, schema, target))));
  for (const name of ["anyOf", "oneOf"])
    if (isArray(schema[name]))
      parts.push(unionOf(schema[name].map((each) => lowerSchema(schemaOf(each), target, types))));
  if (isArray(schema["allOf"]))
    for (const each of schema["allOf"]) parts.push(lowerSchema(schemaOf(each), target, types));

  const [only] = parts;
  return only === undefined ? UNKNOWN : parts.length === 1 ? only : { allOf: parts };
}

function hasApplicator(schema: JsonObject): boolean {
  return ["$ref", "anyOf", "oneOf", "allOf"].some((name) => name in schema);
}

function typesOf(schema: JsonObject, inherited: ReadonlySet<JsonType>): ReadonlySet<JsonType> {
  const { type } = schema;
  if (type === undefined) return inherited;
  const named = new Set((isArray(type) ? type : [type]).map((each) => (each === "integer" ? "number" : each)));
  return new Set(JSON_TYPES.filter((each) => named.has(each) && inherited.has(each)));
}

function valuesOf(schema: JsonObject): readonly JsonValue[] | undefined {
  if ("const" in schema) return [schema["const"] ?? null];
  return isArray(schema["enum"]) ? schema["enum"] : undefined;
}

function valueUnion(values: readonly JsonValue[], types: ReadonlySet<JsonType>, target: LoweringTarget): Lowered {
  const allowed = values.filter((value) => types.has(typeOf(value)));
  return unionOf(
    allowed.map((value) =>
      typeof value === "object" && value !== null ? { tsType: target.literal(value) } : { enum: [value] },
    ),
  );
}

function lowerType(type: JsonType, schema: JsonObject, target: LoweringTarget): Lowered {
  if (type === "object") return lowerObject(schema, target);
  if (type === "array") return lowerArray(schema, target);
  return { type };
}

function lowerObject(schema: JsonObject, target: LoweringTarget): Lowered {
  const declared = objectOf(schema["properties"]);
  const required = isArray(schema["required"]) ? schema["required"].map(String) : [];
  const additional = additionalOf(schema, target);
  const closed = schema["additionalProperties"] === false && schema["patternProperties"] === undefined;

  const names = [...new Set([...declared.keys(), ...required])];
  if (closed && names.length === 0)
    return { type: "object", properties: {}, required: [], additionalProperties: NEVER };
  const placeholders = new Map(names.map((name) => [name, target.property(name, declared.get(name) ?? true)]));
  return {
    type: "object",
    properties: Object.fromEntries(
      names.map((name) => [
        placeholders.get(name) ?? name,
        declared.has(name) ? lowerSchema(declared.get(name), target) : additional,
      ]),
    ),
    required: required.map((name) => placeholders.get(name) ?? name),
    additionalProperties: closed ? false : additional,
  };
}

/** What a property that is not declared may hold: what any pattern allows, or what `additionalProperties` allows. */
function additionalOf(schema: JsonObject, target: LoweringTarget): Lowered {
  const patterns = [...objectOf(schema["patternProperties"]).values()];
  const additional = schema["additionalProperties"];
  const others = additional === undefined ? true : schemaOf(additional);
  return unionOf([...patterns, others].filter((each) => each !== false).map((each) => lowerSchema(each, target)));
}

function lowerArray(schema: JsonObject, target: LoweringTarget): Lowered {
  const prefix = isArray(schema["prefixItems"])
    ? schema["prefixItems"].map((each) => lowerSchema(schemaOf(each), target))
    : [];
  const items = schema["items"] === undefined ? true : schemaOf(schema["items"]);
  const minItems = typeof schema["minItems"] === "number" ? Math.ceil(schema["minItems"]) : 0;
  const maxItems = typeof schema["maxItems"] === "number" ? Math.floor(schema["maxItems"]) : Infinity;
  const rest = items === false || maxItems <= prefix.length ? false : lowerSchema(items, target);
  const shown = prefix.slice(0, Math.min(prefix.length, maxItems));

  if (rest !== false && minItems > shown.length && minItems <= MAX_WRITTEN_ELEMENTS && isSmall(rest))
    while (shown.length < minItems) shown.push(rest);
  if (shown.length === 0 && rest !== false) return { type: "array", items: rest };
  const open = rest !== false && maxItems > shown.length;
  if (rest === false && shown.length === 0) return { tsType: target.literal([]) };
  return {
    tsType: target.apart({
      type: "array",
      items: shown,
      minItems: Math.min(minItems, shown.length),
      additionalItems: open ? rest : false,
    }),
  };
}

/** Whether a type may be written twice. */
function isSmall(schema: Lowered): boolean {
  return !("properties" in schema) && !("anyOf" in schema && schema.anyOf.some((each) => !isSmall(each)));
}

function unionOf(members: readonly Lowered[]): Lowered {
  const [only] = members;
  return only === undefined ? NEVER : members.length === 1 ? only : { anyOf: members };
}

function typeOf(value: JsonValue): JsonType {
  if (value === null) return "null";
  if (isArray(value)) return "array";
  return typeof value as "boolean" | "number" | "string" | "object";
}

export function schemaOf(value: JsonValue | undefined): JsonSchema {
  return typeof value === "boolean"
    ? value
    : typeof value === "object" && value !== null && !isArray(value)
      ? value
      : true;
}

function objectOf(value: JsonValue | undefined): ReadonlyMap<string, JsonSchema> {
  const object = schemaOf(value);
  return new Map(
    typeof object === "boolean" ? [] : Object.entries(object).map(([name, each]) => [name, schemaOf(each)]),
  );
}
