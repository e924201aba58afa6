import type { JsonObject, JsonValue } from "@flagwright/runtime";
import type { JsonSchema } from "@flagwright/schema";
import { isArray, valueLiteral } from "./literal.ts";

/** Keywords that only a validator can check, without a short sentence of their own. */
const BEYOND_TYPES = [
  "not",
  "if",
  "contains",
  "propertyNames",
  "patternProperties",
  "dependentRequired",
  "dependentSchemas",
  "unevaluatedProperties",
  "unevaluatedItems",
];

type Sentence = (value: JsonValue) => string | undefined;

const SENTENCES: { readonly [keyword: string]: Sentence } = {
  minimum: (value) => `At least ${show(value)}.`,
  exclusiveMinimum: (value) => `More than ${show(value)}.`,
  maximum: (value) => `At most ${show(value)}.`,
  exclusiveMaximum: (value) => `Less than ${show(value)}.`,
  multipleOf: (value) => `A multiple of ${show(value)}.`,
  minLength: (value) => `At least ${amount(value, "character")}.`,
  maxLength: (value) => `At most ${amount(value, "character")}.`,
  pattern: (value) => `Matches the pattern ${show(value)}.`,
  format: (value) => `Format: ${String(value)}.`,
  minItems: (value) => `At least ${amount(value, "item")}.`,
  maxItems: (value) => `At most ${amount(value, "item")}.`,
  uniqueItems: (value) => (value === true ? "No item twice." : undefined),
  minProperties: (value) => `At least ${amount(value, "property", "properties")}.`,
  maxProperties: (value) => `At most ${amount(value, "property", "properties")}.`,
};

/** What a schema says of a value and TypeScript cannot, as sentences. */
export function constraintSentences(schema: JsonSchema): readonly string[] {
  if (typeof schema === "boolean") return [];
  const between = range(schema);
  const first = [...integerWords(schema), ...(between === undefined ? [] : [between])].join(", ");
  const sentences = first === "" ? [] : [`${first.charAt(0).toUpperCase()}${first.slice(1)}.`];
  for (const [name, sentence] of Object.entries(SENTENCES)) {
    const value = schema[name];
    if (value === undefined || (between !== undefined && (name === "minimum" || name === "maximum"))) continue;
    if (name === "minItems" && isShownByTuple(schema, value)) continue;
    const text = sentence(value);
    if (text !== undefined) sentences.push(text);
  }
  const beyond = BEYOND_TYPES.filter((name) => name in schema);
  if (beyond.length > 0) sentences.push(`The validator also checks ${beyond.map((name) => `\`${name}\``).join(", ")}.`);
  return sentences;
}

function integerWords({ type }: JsonObject): readonly string[] {
  if (!isArray(type)) return type === "integer" ? ["a whole number"] : [];
  if (!type.includes("integer") || type.includes("number")) return [];
  return type.every((each) => each === "integer" || each === "null") ? ["a whole number"] : ["a number is whole"];
}

/** A tuple's type has as many places without a question mark. */
function isShownByTuple({ prefixItems }: JsonObject, minItems: JsonValue): boolean {
  return isArray(prefixItems) && typeof minItems === "number" && minItems <= prefixItems.length;
}

function range({ minimum, maximum }: JsonObject): string | undefined {
  return minimum === undefined || maximum === undefined ? undefined : `from ${show(minimum)} to ${show(maximum)}`;
}

function show(value: JsonValue): string {
  return typeof value === "string" ? `\`${value}\`` : valueLiteral(value);
}

function amount(value: JsonValue, one: string, many = `${one}s`): string {
  return `${show(value)} ${value === 1 ? one : many}`;
}
