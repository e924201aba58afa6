import type { JsonObject, JsonValue } from "@flagwright/runtime";
import type { JsonSchema } from "@flagwright/schema";
import fc from "fast-check";
import { plainObject } from "./arbitraries.ts";

/** A schema and a value that is meant to satisfy it; whether it does is for a validator to say. */
export interface Sample {
  readonly schema: JsonSchema;
  readonly value: JsonValue;
}

const name = fc.constantFrom("a", "b", "kind", "x-y", "__proto", "0", "constructor");

const leaf: fc.Arbitrary<Sample> = fc.oneof(
  fc.record({ schema: fc.constant({ type: "boolean" }), value: fc.boolean() }),
  fc.record({
    schema: fc.constantFrom<JsonObject>({ type: "string" }, { type: "string", maxLength: 3 }),
    value: fc.string({ maxLength: 3 }),
  }),
  fc.record({ schema: fc.constant({ type: "string", pattern: "^[a-c]*$" }), value: fc.constantFrom("", "abc") }),
  fc.record({
    schema: fc.constant({ type: "integer", minimum: -2, maximum: 9 }),
    value: fc.integer({ min: -2, max: 9 }),
  }),
  fc.record({ schema: fc.constant({ type: "number", multipleOf: 0.5 }), value: fc.constantFrom(0, 1.5, -2) }),
  fc.record({ schema: fc.constant({ type: ["string", "null"] }), value: fc.constantFrom("s", null) }),
  fc.record({ schema: fc.constant({ const: { a: [1, "x"], b: null } }), value: fc.constant({ a: [1, "x"], b: null }) }),
  fc.record({
    schema: fc.constant({ enum: ["u", "v", 1, true, null] }),
    value: fc.constantFrom<JsonValue>("u", 1, true, null),
  }),
  fc.record({ schema: fc.constant({ type: "string", enum: ["u", 1, "w"] }), value: fc.constantFrom("u", "w") }),
  fc.record({ schema: fc.constant(true), value: fc.constantFrom<JsonValue>(1, "t", [], {}) }),
  fc.record({
    schema: fc.constant({ $ref: "#/$defs/list" }),
    value: fc.constantFrom<JsonValue>(null, { next: null }, { next: { next: null } }),
  }),
  fc.record({ schema: fc.constant({ minLength: 2 }), value: fc.constantFrom<JsonValue>("ab", 7, {}) }),
);

/** What a `$ref` of these schemas may lead to. */
export const DEFINITIONS: JsonObject = {
  list: {
    anyOf: [{ type: "null" }, { type: "object", required: ["next"], properties: { next: { $ref: "#/$defs/list" } } }],
  },
};

/** Schemas of every kind that a flag's value can use. */
export const sample: fc.Arbitrary<Sample> = fc.letrec<{ sample: Sample }>((tie) => {
  const inner = tie("sample");
  const members = fc.uniqueArray(fc.tuple(name, inner, fc.boolean(), fc.boolean()), {
    maxLength: 3,
    selector: ([key]) => key,
  });
  const object = fc
    .tuple(members, fc.constantFrom<JsonSchema | undefined>(false, false, true, undefined, { type: "number" }))
    .map(([each, additional]): Sample => ({
      schema: {
        type: "object",
        required: each.filter(([, , required]) => required).map(([key]) => key),
        properties: plainObject(each.map(([key, { schema }]) => [key, schema])),
        ...(additional === undefined ? {} : { additionalProperties: additional }),
      },
      value: plainObject(
        each.filter(([, , required, there]) => required || there).map(([key, { value }]) => [key, value]),
      ),
    }));
  const list = fc
    .tuple(inner, fc.integer({ min: 0, max: 3 }), fc.constantFrom(0, 0, 1, 2))
    .map(([{ schema, value }, length, minItems]): Sample => ({
      schema: { type: "array", items: schema, ...(minItems === 0 ? {} : { minItems }) },
      value: Array.from({ length: Math.max(length, minItems) }, () => value),
    }));
  const tuple = fc
    .tuple(fc.array(inner, { minLength: 1, maxLength: 3 }), fc.boolean(), fc.boolean())
    .map(([each, closed, whole]): Sample => ({
      schema: {
        type: "array",
        prefixItems: each.map(({ schema }) => schema),
        ...(closed ? { items: false } : {}),
        ...(whole ? { minItems: each.length } : {}),
      },
      value: each.map(({ value }) => value),
    }));
  const choice = fc
    .tuple(fc.constantFrom("anyOf", "oneOf"), inner, inner)
    .map(([keyword, a, b]): Sample => ({ schema: { [keyword]: [a.schema, b.schema] }, value: a.value }));
  const tagged = fc.tuple(inner, inner).map(([a, b]): Sample => ({
    schema: {
      oneOf: [a, b].map(({ schema }, at) => ({
        type: "object",
        required: ["kind", "is"],
        properties: { kind: { const: `k${at}` }, is: schema },
        additionalProperties: false,
      })),
    },
    value: { kind: "k1", is: b.value },
  }));
  const both = fc.tuple(inner, inner).map(([a, b]): Sample => ({
    schema: {
      type: "object",
      properties: { a: a.schema },
      allOf: [{ required: ["b"], properties: { b: b.schema } }],
      anyOf: [{ required: ["a"] }, { required: ["b"] }],
    },
    value: { a: a.value, b: b.value },
  }));
  const record = inner.map(({ schema, value }): Sample => ({
    schema: { type: "object", patternProperties: { "^x": schema }, additionalProperties: false },
    value: { x1: value },
  }));
  const negated = inner.map(({ schema, value }): Sample => ({
    schema: { allOf: [schema], not: { const: "never" } },
    value,
  }));
  const nullable = object.map(({ schema, value }): Sample => ({
    schema: { ...(schema as JsonObject), type: ["object", "null"] },
    value,
  }));
  return {
    sample: fc.oneof(
      { maxDepth: 3, depthSize: "small" },
      leaf,
      object,
      object,
      list,
      tuple,
      choice,
      tagged,
      both,
      record,
      negated,
      nullable,
    ),
  };
}).sample;
