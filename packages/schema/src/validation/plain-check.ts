import type { JsonObject, JsonValue } from "@flagwright/runtime";
import type { JsonSchema } from "../definition/model.ts";
import { isJsonObject } from "../json/json-object.ts";

/** `true`: the schema allows the value. `false`: nothing is promised, and ajv must be asked. */
type Check = (value: JsonValue) => boolean;

/**
 * A quick yes for schemas of the common keywords, correctly written. It exists for what is right: most schemas and
 * values of a project are, and ajv takes milliseconds for each schema. `undefined` means that ajv must judge the schema.
 */
export function plainCheck(schema: JsonSchema): Check | undefined {
  if (schema === true) return () => true;
  if (!isJsonObject(schema)) return undefined;
  const checks: Check[] = [];
  for (const [keyword, operand] of Object.entries(schema)) {
    const check = Object.hasOwn(keywords, keyword) ? keywords[keyword]?.(operand, schema) : undefined;
    if (check === undefined) return undefined;
    if (check !== always) checks.push(check);
  }
  return (value) => checks.every((check) => check(value));
}

const always: Check = () => true;

/** What each keyword checks, if its operand is as it should be. A keyword that is not here is left to ajv. */
const keywords: { readonly [keyword: string]: (operand: JsonValue, schema: JsonObject) => Check | undefined } = {
  $comment: (text) => annotation(typeof text === "string"),
  title: (text) => annotation(typeof text === "string"),
  description: (text) => annotation(typeof text === "string"),
  format: (text) => annotation(typeof text === "string"),
  default: () => always,
  examples: (list) => annotation(Array.isArray(list)),
  deprecated: (flag) => annotation(typeof flag === "boolean"),

  type: (name) => (typeof name === "string" && Object.hasOwn(types, name) ? types[name] : undefined),
  enum: (list) =>
    Array.isArray(list) && list.length > 0 && list.every(isScalar) ? (value) => list.includes(value) : undefined,
  const: (constant) => (isScalar(constant) ? (value) => value === constant : undefined),

  minimum: (limit) => bound(limit, (value, least) => value >= least),
  maximum: (limit) => bound(limit, (value, most) => value <= most),
  exclusiveMinimum: (limit) => bound(limit, (value, below) => value > below),
  exclusiveMaximum: (limit) => bound(limit, (value, above) => value < above),

  minLength: (limit) => sized(limit, characters, (size, least) => size >= least),
  maxLength: (limit) => sized(limit, characters, (size, most) => size <= most),
  minItems: (limit) => sized(limit, items, (size, least) => size >= least),
  maxItems: (limit) => sized(limit, items, (size, most) => size <= most),
  minProperties: (limit) => sized(limit, properties, (size, least) => size >= least),
  maxProperties: (limit) => sized(limit, properties, (size, most) => size <= most),

  items: (inner) => {
    const check = plainCheck(inner as JsonSchema);
    return check && ((value) => !Array.isArray(value) || value.every(check));
  },
  uniqueItems: (flag) => {
    if (typeof flag !== "boolean") return undefined;
    return flag ? (value) => !Array.isArray(value) || areDistinct(value) : always;
  },

  required: (names) => {
    if (!isNameList(names)) return undefined;
    return (value) => !isJsonObject(value) || names.every((name) => Object.hasOwn(value, name));
  },
  properties: (members) => {
    const checks = memberChecks(members);
    if (checks === undefined) return undefined;
    return (value) =>
      !isJsonObject(value) ||
      checks.every(([name, check]) => !Object.hasOwn(value, name) || check(value[name] as JsonValue));
  },
  additionalProperties: (inner, { properties: named = {} }) => {
    const check = inner === false ? never : plainCheck(inner as JsonSchema);
    if (check === undefined || !isJsonObject(named)) return undefined;
    return (value) =>
      !isJsonObject(value) || Object.entries(value).every(([name, each]) => Object.hasOwn(named, name) || check(each));
  },
};

const types: { readonly [name: string]: Check } = {
  null: (value) => value === null,
  boolean: (value) => typeof value === "boolean",
  string: (value) => typeof value === "string",
  // JSON.parse makes 1e400 infinite.
  number: (value) => Number.isFinite(value),
  integer: (value) => Number.isInteger(value),
  array: (value) => Array.isArray(value),
  object: isJsonObject,
};

const never: Check = () => false;

function annotation(isRight: boolean): Check | undefined {
  return isRight ? always : undefined;
}

function bound(limit: JsonValue, holds: (value: number, limit: number) => boolean): Check | undefined {
  return typeof limit === "number" ? (value) => typeof value !== "number" || holds(value, limit) : undefined;
}

function sized(
  limit: JsonValue,
  sizeOf: (value: JsonValue) => number | undefined,
  holds: (size: number, limit: number) => boolean,
): Check | undefined {
  if (typeof limit !== "number" || !Number.isInteger(limit) || limit < 0) return undefined;
  return (value) => {
    const size = sizeOf(value);
    return size === undefined || holds(size, limit);
  };
}

/** Code points, as JSON Schema counts. */
function characters(value: JsonValue): number | undefined {
  return typeof value === "string" ? Array.from(value).length : undefined;
}

function items(value: JsonValue): number | undefined {
  return Array.isArray(value) ? value.length : undefined;
}

function properties(value: JsonValue): number | undefined {
  return isJsonObject(value) ? Object.keys(value).length : undefined;
}

function memberChecks(members: JsonValue): readonly (readonly [name: string, check: Check])[] | undefined {
  if (!isJsonObject(members)) return undefined;
  const checks: (readonly [string, Check])[] = [];
  for (const [name, schema] of Object.entries(members)) {
    const check = schema === false ? never : plainCheck(schema as JsonSchema);
    // Ajv cannot name a property that is half a character.
    if (check === undefined || /\p{Cs}/u.test(name)) return undefined;
    checks.push([name, check]);
  }
  return checks;
}

function isNameList(names: JsonValue): names is readonly string[] {
  return (
    Array.isArray(names) &&
    names.every((name) => typeof name === "string" && name !== "__proto__") &&
    new Set(names).size === names.length
  );
}

/** Of objects and lists it is not said. */
function areDistinct(list: readonly JsonValue[]): boolean {
  return list.every(isScalar) && new Set(list).size === list.length;
}

function isScalar(value: JsonValue): boolean {
  return typeof value === "number" ? Number.isFinite(value) : typeof value !== "object" || value === null;
}
