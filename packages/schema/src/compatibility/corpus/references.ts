import type { JsonSchema } from "../../definition/model.ts";
import type { Pair } from "./pair.ts";

const list = (value: JsonSchema, more: Record<string, JsonSchema> = {}): JsonSchema => ({
  $ref: "#/$defs/node",
  $defs: {
    node: {
      type: "object",
      properties: { value, next: { $ref: "#/$defs/node" }, ...more },
      required: ["value"],
      additionalProperties: false,
    },
  },
});

const tree = (leaf: JsonSchema): JsonSchema => ({
  $ref: "#/$defs/tree",
  $defs: { tree: { anyOf: [leaf, { type: "array", items: { $ref: "#/$defs/tree" } }] } },
});

// prettier-ignore
export const references: readonly Pair[] = [
  ["same", "a reference and what it stands for", { $ref: "#/$defs/s", $defs: { s: { type: "string" } } }, { type: "string" }],
  ["same", "the name of a definition says nothing", { $ref: "#/$defs/s", $defs: { s: { type: "string" } } }, { $ref: "#/$defs/text", $defs: { text: { type: "string" } } }],
  ["same", "an unused definition says nothing", { type: "string", $defs: { unused: false } }, { type: "string" }],
  ["same", "a chain of references", { $ref: "#/$defs/a", $defs: { a: { $ref: "#/$defs/b" }, b: { $ref: "#/$defs/c" }, c: { type: "null" } } }, { type: "null" }],
  ["same", "keywords beside a reference apply", { $ref: "#/$defs/s", minLength: 2, $defs: { s: { type: "string" } } }, { type: "string", minLength: 2 }],
  ["narrower", "the definition narrows", { properties: { p: { $ref: "#/$defs/s" } }, $defs: { s: { type: "string" } } }, { properties: { p: { $ref: "#/$defs/s" } }, $defs: { s: { type: "string", minLength: 1 } } }],
  ["same", "an anchor", { $ref: "#text", $defs: { s: { $anchor: "text", type: "string" } } }, { type: "string" }],
  ["same", "a reference by $id", { $ref: "other", $id: "https://example.test/root", $defs: { s: { $id: "other", type: "string" } } }, { type: "string" }],
  ["same", "a reference into a resource by $id", { $ref: "other#/$defs/t", $id: "https://example.test/root", $defs: { s: { $id: "other", $defs: { t: { type: "null" } } } } }, { type: "null" }],
  ["same", "a pointer with escapes", { $ref: "#/$defs/a~1b~0c%25", $defs: { "a/b~c%": { type: "null" } } }, { type: "null" }],
  ["same", "a pointer into properties", { properties: { a: { type: "string" }, b: { $ref: "#/properties/a" } } }, { properties: { a: { type: "string" }, b: { type: "string" } } }],
  ["same", "a pointer into a list", { anyOf: [{ type: "string" }, { type: "null" }], properties: { a: { $ref: "#/anyOf/1" } } }, { anyOf: [{ type: "string" }, { type: "null" }] }],
  ["same", "a pointer to where no schema is expected", { $ref: "#/components/schemas/S", components: { schemas: { S: { type: "null" } } } }, { type: "null" }],
  ["same", "definitions, the old name", { $ref: "#/definitions/s", definitions: { s: { type: "string" } } }, { type: "string" }],
  ["same", "a definition that is false", { properties: { a: { $ref: "#/$defs/never" } }, $defs: { never: false } }, { properties: { a: false } }],
  ["same", "a list, and the same list", list({ type: "string" }), list({ type: "string", minLength: 0 })],
  ["wider", "a list of wider values", list({ type: "integer" }), list({ type: "number" })],
  ["wider", "a list with one more member", list({ type: "integer" }), list({ type: "integer" }, { label: { type: "string" } })],
  ["apart", "lists of other values", list({ type: "string" }), list({ type: "integer" })],
  ["same", "a list unrolled once", list({ type: "string" }), { $ref: "#/$defs/first", $defs: { first: { type: "object", properties: { value: { type: "string" }, next: { $ref: "#/$defs/node" } }, required: ["value"], additionalProperties: false }, node: { $ref: "#/$defs/first" } } }],
  ["same", "even and odd nodes", list({ type: "string" }), { $ref: "#/$defs/even", $defs: { even: { type: "object", properties: { value: { type: "string" }, next: { $ref: "#/$defs/odd" } }, required: ["value"], additionalProperties: false }, odd: { type: "object", properties: { value: { type: "string" }, next: { $ref: "#/$defs/even" } }, required: ["value"], additionalProperties: false } } }],
  ["wider", "odd nodes may hold more", list({ type: "string" }), { $ref: "#/$defs/even", $defs: { even: { type: "object", properties: { value: { type: "string" }, next: { $ref: "#/$defs/odd" } }, required: ["value"], additionalProperties: false }, odd: { type: "object", properties: { value: { type: ["string", "null"] }, next: { $ref: "#/$defs/even" } }, required: ["value"], additionalProperties: false } } }],
  ["same", "trees by two names", tree({ type: "string" }), { anyOf: [{ type: "string" }, { type: "array", items: { $ref: "#" } }] }],
  ["wider", "trees of wider leaves", tree({ type: "integer" }), tree({ type: "number" })],
  ["narrower", "trees without empty branches", tree({ type: "null" }), { $ref: "#/$defs/t", $defs: { t: { anyOf: [{ type: "null" }, { type: "array", items: { $ref: "#/$defs/t" }, minItems: 1 }] } } }],
  ["same", "a value that would have to be infinite", { $ref: "#/$defs/n", $defs: { n: { type: "object", properties: { next: { $ref: "#/$defs/n" } }, required: ["next"] } } }, false],
  ["same", "an infinite array", { $ref: "#/$defs/n", $defs: { n: { type: "array", items: { $ref: "#/$defs/n" }, minItems: 1 } } }, false],
  ["same", "infinite by two steps", { $ref: "#/$defs/a", $defs: { a: { type: "object", properties: { b: { $ref: "#/$defs/b" } }, required: ["b"] }, b: { type: "array", items: { $ref: "#/$defs/a" }, minItems: 1 } } }, false],
  ["same", "nothing but nesting", { $ref: "#/$defs/n", $defs: { n: { type: "array", items: { $ref: "#/$defs/n" }, maxItems: 1 } } }, { type: "array", maxItems: 1, items: { $ref: "#/$defs/n" }, $defs: { n: { type: "array", items: { $ref: "#/$defs/n" }, maxItems: 1 } } }],
  ["narrower", "at most two levels", { $ref: "#/$defs/n", $defs: { n: { type: "array", items: { $ref: "#/$defs/n" } } } }, { type: "array", items: { type: "array", items: false } }],
  ["wider", "two levels are levels", { type: "array", items: { type: "array", items: false } }, { $ref: "#/$defs/n", $defs: { n: { type: "array", items: { $ref: "#/$defs/n" } } } }],
  ["wider", "any JSON tree, everywhere", { $ref: "#/$defs/j", $defs: { j: { anyOf: [{ type: ["null", "boolean", "number", "string"] }, { type: "array", items: { $ref: "#/$defs/j" } }] } } }, { $ref: "#/$defs/j", $defs: { j: { anyOf: [{ type: ["null", "boolean", "number", "string"] }, { type: "array", items: { $ref: "#/$defs/j" } }, { type: "object", additionalProperties: { $ref: "#/$defs/j" } }] } } }],
  ["same", "any JSON value, spelled out", { $ref: "#/$defs/j", $defs: { j: { anyOf: [{ type: ["null", "boolean", "number", "string"] }, { type: "array", items: { $ref: "#/$defs/j" } }, { type: "object", additionalProperties: { $ref: "#/$defs/j" } }] } } }, {}],
  ["same", "expressions by mutual recursion", { $ref: "#/$defs/expression", $defs: { expression: { anyOf: [{ type: "number" }, { $ref: "#/$defs/sum" }] }, sum: { type: "array", items: { $ref: "#/$defs/expression" }, minItems: 2, maxItems: 2 } } }, { anyOf: [{ type: "number" }, { type: "array", prefixItems: [{ $ref: "#" }, { $ref: "#" }], minItems: 2, maxItems: 2 }] }],
  ["same", "no string anywhere, by negation", { $ref: "#/$defs/n", $defs: { n: { not: { type: "string" }, items: { $ref: "#/$defs/n" }, additionalProperties: { $ref: "#/$defs/n" } } } }, { type: ["null", "boolean", "number", "array", "object"], items: { $ref: "#" }, additionalProperties: { $ref: "#" } }],
  ["wider", "the recursive property is dropped", { type: "object", properties: { child: { $ref: "#" } }, required: ["name"] }, { type: "object", properties: { child: { type: "object" } }, required: ["name"] }],
  ["apart", "a recursion that alternates types", { $ref: "#/$defs/a", $defs: { a: { type: "array", items: { $ref: "#/$defs/o" } }, o: { type: "object", additionalProperties: { $ref: "#/$defs/a" } } } }, { $ref: "#/$defs/o", $defs: { a: { type: "array", items: { $ref: "#/$defs/o" } }, o: { type: "object", additionalProperties: { $ref: "#/$defs/a" } } } }],
  ["same", "a dynamic reference without another anchor", { $dynamicRef: "#node", $defs: { n: { $dynamicAnchor: "node", type: "null" } } }, { type: "null" }],
  ["same", "a dynamic reference extends a tree", { $id: "https://example.test/strict", $dynamicAnchor: "node", $ref: "tree", unevaluatedProperties: false, $defs: { tree: { $id: "tree", $dynamicAnchor: "node", type: "object", properties: { children: { type: "array", items: { $dynamicRef: "#node" } } } } } }, { type: "object", properties: { children: { type: "array", items: { $ref: "#" } } }, additionalProperties: false }],
  ["wider", "a schema is an object or a boolean", { $ref: "https://json-schema.org/draft/2020-12/schema" }, { type: ["object", "boolean"] }],
  ["same", "oneOf with recursion inside", { $ref: "#/$defs/n", $defs: { n: { oneOf: [{ type: "null" }, { type: "array", items: { $ref: "#/$defs/n" } }] } } }, { $ref: "#/$defs/n", $defs: { n: { anyOf: [{ type: "null" }, { type: "array", items: { $ref: "#/$defs/n" } }] } } }],
];
