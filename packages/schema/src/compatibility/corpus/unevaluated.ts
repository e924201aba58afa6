import type { Pair } from "./pair.ts";

const object = { type: "object" } as const;
const array = { type: "array" } as const;

// prettier-ignore
export const unevaluated: readonly Pair[] = [
  ["same", "alone it is additionalProperties", { ...object, properties: { a: true }, unevaluatedProperties: false }, { ...object, properties: { a: true }, additionalProperties: false }],
  ["same", "it sees into allOf", { ...object, allOf: [{ properties: { a: true } }, { properties: { b: true } }], unevaluatedProperties: false }, { ...object, properties: { a: true, b: true }, additionalProperties: false }],
  ["same", "it sees through a reference", { ...object, $ref: "#/$defs/base", properties: { b: true }, unevaluatedProperties: false, $defs: { base: { properties: { a: { type: "string" } } } } }, { ...object, properties: { a: { type: "string" }, b: true }, additionalProperties: false }],
  ["wider", "additionalProperties beside a reference sees less", { ...object, $ref: "#/$defs/base", properties: { b: true }, additionalProperties: false, $defs: { base: { properties: { a: { type: "string" } } } } }, { ...object, $ref: "#/$defs/base", properties: { b: true }, unevaluatedProperties: false, $defs: { base: { properties: { a: { type: "string" } } } } }],
  ["same", "an additionalProperties beside it evaluates everything", { ...object, additionalProperties: { type: "string" }, unevaluatedProperties: false }, { ...object, additionalProperties: { type: "string" } }],
  ["same", "true says nothing", { ...object, unevaluatedProperties: true }, object],
  ["same", "patternProperties evaluate", { ...object, patternProperties: { "^x-": true }, unevaluatedProperties: false }, { ...object, patternProperties: { "^x-": true }, additionalProperties: false }],
  ["same", "only branches that hold evaluate", { ...object, anyOf: [{ properties: { a: { type: "string" } }, required: ["a"] }, { properties: { b: { type: "string" } }, required: ["b"] }], unevaluatedProperties: false }, { ...object, properties: { a: { type: "string" }, b: { type: "string" } }, minProperties: 1, additionalProperties: false }],
  ["same", "oneOf: the branch that holds evaluates", { ...object, oneOf: [{ properties: { k: { const: 1 }, a: true }, required: ["k"] }, { properties: { k: { const: 2 }, b: true }, required: ["k"] }], unevaluatedProperties: false }, { anyOf: [{ ...object, properties: { k: { const: 1 }, a: true }, required: ["k"], additionalProperties: false }, { ...object, properties: { k: { const: 2 }, b: true }, required: ["k"], additionalProperties: false }] }],
  ["same", "if and then evaluate when if holds", { ...object, if: { properties: { k: { const: 1 } }, required: ["k"] }, then: { properties: { a: true } }, else: { properties: { b: true } }, unevaluatedProperties: false }, { anyOf: [{ ...object, properties: { k: { const: 1 }, a: true }, required: ["k"], additionalProperties: false }, { ...object, properties: { b: true }, additionalProperties: false }] }],
  ["same", "dependentSchemas evaluate when the property is there", { ...object, properties: { a: true }, dependentSchemas: { a: { properties: { b: true } } }, unevaluatedProperties: false }, { ...object, properties: { a: true, b: true }, additionalProperties: false, dependentRequired: { b: ["a"] } }],
  ["same", "not evaluates nothing", { ...object, not: { properties: { a: false } }, unevaluatedProperties: false }, false],
  ["narrower", "a closed extension", { ...object, allOf: [{ properties: { a: true } }] }, { ...object, allOf: [{ properties: { a: true } }], unevaluatedProperties: false }],
  ["wider", "a new property in a closed extension", { ...object, allOf: [{ properties: { a: true } }], unevaluatedProperties: false }, { ...object, allOf: [{ properties: { a: true, b: true } }], unevaluatedProperties: false }],
  ["same", "with a schema", { ...object, properties: { a: true }, unevaluatedProperties: { type: "string" } }, { ...object, properties: { a: true }, additionalProperties: { type: "string" } }],
  ["same", "nested: the inner one evaluates all", { ...object, allOf: [{ unevaluatedProperties: { type: "string" } }], unevaluatedProperties: false }, { ...object, additionalProperties: { type: "string" } }],
  ["same", "it does not see what is beside it in allOf", { ...object, allOf: [{ properties: { a: true } }, { unevaluatedProperties: false }] }, { const: {} }],
  ["same", "items: alone it is items", { ...array, prefixItems: [{ type: "string" }], unevaluatedItems: false }, { ...array, prefixItems: [{ type: "string" }], items: false }],
  ["same", "items: it sees into allOf", { ...array, allOf: [{ prefixItems: [true, true] }], unevaluatedItems: { type: "string" } }, { ...array, prefixItems: [true, true], items: { type: "string" } }],
  ["same", "items: the longest prefix counts", { ...array, prefixItems: [true], allOf: [{ prefixItems: [true, true, true] }], unevaluatedItems: false }, { ...array, maxItems: 3 }],
  ["same", "items beside it evaluates everything", { ...array, items: { type: "string" }, unevaluatedItems: false }, { ...array, items: { type: "string" } }],
  ["same", "items: branches that hold evaluate", { ...array, anyOf: [{ prefixItems: [{ const: 1 }, true], minItems: 1 }, { prefixItems: [{ const: 2 }], minItems: 1 }], unevaluatedItems: false }, { ...array, minItems: 1, anyOf: [{ prefixItems: [{ const: 1 }], maxItems: 2 }, { prefixItems: [{ const: 2 }], maxItems: 1 }] }],
  ["same", "items: dependentSchemas evaluate nothing in an array", { ...array, dependentSchemas: { a: { items: true } }, unevaluatedItems: { type: "null" } }, { ...array, items: { type: "null" } }],
  ["same", "items: if holds", { ...array, if: { prefixItems: [{ const: "a" }], minItems: 1 }, then: { prefixItems: [true, true] }, else: { items: { type: "null" } }, unevaluatedItems: false }, { ...array, if: { prefixItems: [{ const: "a" }], minItems: 1 }, then: { maxItems: 2 }, else: { items: { type: "null" } } }],
  ["same", "items: false on nothing evaluated is the empty array", { ...array, unevaluatedItems: false }, { const: [] }],
];
