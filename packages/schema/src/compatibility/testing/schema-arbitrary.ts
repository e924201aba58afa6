import fc from "fast-check";
import type { JsonObject, JsonValue } from "@flagwright/runtime";
import type { JsonSchema } from "../../definition/model.ts";

/** Few names, numbers and patterns, so that the parts of two schemas meet. */
const names = ["a", "b", "ab", "x-1"];
const patterns = ["^a", "b$", "^[ab]*$", "^.{0,2}$", "\\d", "^x-", "^(?!a)", "a|1"];
const numbers = [-1, 0, 0.5, 1, 1.5, 2, 3, 10];
const texts = ["", "a", "b", "ab", "aab", "1", "x-1", "é"];
const divisors = [0.5, 1, 1.5, 2, 3];

const name = fc.constantFrom(...names);
const small = fc.nat(3);

/** JSON values over the same names, numbers and texts as the schemas. */
export const jsonValue: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true, maxDepth: 3 },
    fc.constantFrom<JsonValue>(null, true, false, ...numbers, ...texts),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.array(fc.tuple(name, tie("value")), { maxLength: 4 }).map(objectOf),
  ),
})).value;

function objectOf(entries: readonly (readonly [string, JsonValue])[]): JsonObject {
  return Object.fromEntries(entries);
}

function schemaOf(depth: number): fc.Arbitrary<JsonSchema> {
  const keywords = fc
    .array(fc.oneof(...leafKeywords, ...(depth > 0 ? nestedKeywords(schemaOf(depth - 1)) : [])), {
      minLength: 1,
      maxLength: 3,
    })
    .map((parts) => Object.assign({}, ...parts) as JsonObject);
  return fc.oneof({ weight: 1, arbitrary: fc.boolean() }, { weight: 12, arbitrary: keywords });
}

type Keywords = fc.Arbitrary<JsonObject>;

const typeName = fc.constantFrom("null", "boolean", "integer", "number", "string", "array", "object");

const leafKeywords: readonly Keywords[] = [
  typeName.map((type) => ({ type })),
  fc.uniqueArray(typeName, { minLength: 1, maxLength: 3 }).map((type) => ({ type })),
  fc.array(jsonValue, { minLength: 1, maxLength: 4 }).map((values) => ({ enum: values })),
  jsonValue.map((value) => ({ const: value })),
  ...["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"].map((keyword) =>
    fc.constantFrom(...numbers).map((value) => ({ [keyword]: value })),
  ),
  fc.constantFrom(...divisors).map((multipleOf) => ({ multipleOf })),
  ...["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"].map((keyword) =>
    small.map((value) => ({ [keyword]: value })),
  ),
  fc.constantFrom(...patterns).map((pattern) => ({ pattern })),
  fc.boolean().map((uniqueItems) => ({ uniqueItems })),
  fc.uniqueArray(name, { maxLength: 2 }).map((required) => ({ required })),
  fc.tuple(name, fc.uniqueArray(name, { maxLength: 2 })).map(([key, needed]) => ({
    dependentRequired: objectOf([[key, needed]]),
  })),
  fc.constantFrom("x", "y").map((target) => ({ $ref: `#/$defs/${target}` })),
];

function nestedKeywords(schema: fc.Arbitrary<JsonSchema>): readonly Keywords[] {
  const single = (...keywords: readonly string[]): Keywords[] =>
    keywords.map((keyword) => schema.map((value) => ({ [keyword]: value })));
  const list = (...keywords: readonly string[]): Keywords[] =>
    keywords.map((keyword) =>
      fc.array(schema, { minLength: 1, maxLength: 3 }).map((values) => ({ [keyword]: values })),
    );
  const map = (keyword: string, key: fc.Arbitrary<string>): Keywords =>
    fc
      .array(fc.tuple(key, schema), { minLength: 1, maxLength: 3 })
      .map((entries) => ({ [keyword]: objectOf(entries) }));
  return [
    ...single("items", "not", "propertyNames", "additionalProperties", "unevaluatedProperties", "unevaluatedItems"),
    ...list("prefixItems", "allOf", "anyOf", "oneOf"),
    map("properties", name),
    map("properties", name),
    map("patternProperties", fc.constantFrom(...patterns)),
    map("dependentSchemas", name),
    fc.tuple(schema, schema, schema).map(([condition, consequent, alternative]) => ({
      if: condition,
      then: consequent,
      else: alternative,
    })),
    fc.tuple(schema, small, fc.option(small)).map(([contains, minContains, maxContains]) => ({
      contains,
      minContains,
      ...(maxContains !== null && { maxContains }),
    })),
    schema.map((contains) => ({ contains })),
  ];
}

/** Schemas that use every keyword, two of which (`$defs/x` and `$defs/y`) may refer to each other. */
export const jsonSchema: fc.Arbitrary<JsonSchema> = fc
  .record({ root: schemaOf(3), x: schemaOf(2), y: schemaOf(2) })
  .map(({ root, x, y }) =>
    typeof root === "boolean" || !JSON.stringify([root, x, y]).includes("$ref") ? root : { ...root, $defs: { x, y } },
  );

/** Schemas without references, to be put inside others. */
export const plainSchema: fc.Arbitrary<JsonSchema> = schemaOf(2).filter(
  (schema) => !JSON.stringify(schema).includes("$ref"),
);
