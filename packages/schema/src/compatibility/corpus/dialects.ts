import type { JsonObject } from "@flagwright/runtime";
import type { JsonSchema } from "../../definition/model.ts";
import type { Pair } from "./pair.ts";

const draft07 = (schema: JsonObject): JsonSchema => ({ $schema: "http://json-schema.org/draft-07/schema#", ...schema });
const draft2019 = (schema: JsonObject): JsonSchema => ({
  $schema: "https://json-schema.org/draft/2019-09/schema",
  ...schema,
});
const draft2020 = (schema: JsonObject): JsonSchema => ({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  ...schema,
});
const array = { type: "array" } as const;

// prettier-ignore
export const dialects: readonly Pair[] = [
  ["same", "a tuple, old and new", draft07({ ...array, items: [{ type: "string" }, { type: "number" }], additionalItems: false }), draft2020({ ...array, prefixItems: [{ type: "string" }, { type: "number" }], items: false })],
  ["same", "a tuple of 2019-09", draft2019({ ...array, items: [{ type: "string" }], additionalItems: { type: "null" } }), draft2020({ ...array, prefixItems: [{ type: "string" }], items: { type: "null" } })],
  ["same", "additionalItems beside a single items says nothing", draft07({ ...array, items: { type: "string" }, additionalItems: false }), draft07({ ...array, items: { type: "string" } })],
  ["same", "additionalItems without items says nothing", draft07({ ...array, additionalItems: false }), draft07(array)],
  ["same", "draft-07 ignores what is beside $ref", draft07({ properties: { a: { $ref: "#/definitions/s", minLength: 5 } }, definitions: { s: { type: "string" } } }), draft07({ properties: { a: { type: "string" } } })],
  ["narrower", "2019-09 does not", draft07({ properties: { a: { $ref: "#/definitions/s", minLength: 5 } }, definitions: { s: { type: "string" } } }), draft2019({ properties: { a: { $ref: "#/definitions/s", minLength: 5 } }, definitions: { s: { type: "string" } } })],
  ["same", "dependencies on names", draft07({ dependencies: { a: ["b"] } }), draft2020({ dependentRequired: { a: ["b"] } })],
  ["same", "dependencies on schemas", draft07({ dependencies: { a: { minProperties: 2 } } }), draft2020({ dependentSchemas: { a: { minProperties: 2 } } })],
  ["same", "a dependency that is false", draft07({ type: "object", dependencies: { a: false } }), draft2020({ type: "object", properties: { a: false } })],
  ["same", "draft-07 does not know dependentRequired", draft07({ dependentRequired: { a: ["b"] } }), draft07({})],
  ["same", "draft-07 does not know minContains", draft07({ ...array, contains: { const: 1 }, minContains: 2 }), draft07({ ...array, contains: { const: 1 } })],
  ["same", "draft-07 does not know unevaluatedProperties", draft07({ type: "object", unevaluatedProperties: false }), draft07({ type: "object" })],
  ["same", "draft-07 does not know prefixItems", draft07({ ...array, prefixItems: [{ type: "string" }] }), draft07(array)],
  ["same", "draft-07 knows if", draft07({ if: { type: "string" }, then: { minLength: 1 } }), draft07({ anyOf: [{ not: { type: "string" } }, { minLength: 1 }] })],
  ["same", "a fragment $id is an anchor", draft07({ $ref: "#text", definitions: { t: { $id: "#text", type: "string" } } }), { type: "string" }],
  ["same", "draft-06 is part of draft-07", { $schema: "http://json-schema.org/draft-06/schema#", propertyNames: { const: "a" } }, draft07({ propertyNames: { const: "a" } })],
  ["same", "draft-04 has exclusive bounds as flags", { $schema: "http://json-schema.org/draft-04/schema#", minimum: 1, exclusiveMinimum: true, maximum: 5, exclusiveMaximum: false }, draft07({ exclusiveMinimum: 1, maximum: 5 })],
  ["same", "draft-04 does not know const", { $schema: "http://json-schema.org/draft-04/schema#", type: "string", const: "a" }, draft07({ type: "string" })],
  ["same", "2019-09 counts contains", draft2019({ ...array, contains: { const: 1 }, minContains: 2 }), draft2020({ ...array, contains: { const: 1 }, minContains: 2 })],
  ["same", "2019-09: unevaluatedItems does not see contains", draft2019({ ...array, contains: { type: "string" }, minContains: 0, unevaluatedItems: false }), draft2019({ const: [] })],
  ["same", "2019-09: a recursive reference", draft2019({ type: "object", additionalProperties: { $recursiveRef: "#" } }), draft2019({ type: "object", additionalProperties: { $ref: "#" } })],
  ["same", "2019-09: a recursive anchor extends a tree", draft2019({ $id: "https://example.test/strict-tree", $recursiveAnchor: true, $ref: "https://example.test/tree", unevaluatedProperties: false, $defs: { tree: { $id: "https://example.test/tree", $recursiveAnchor: true, type: "object", properties: { child: { $recursiveRef: "#" } } } } }), draft2020({ type: "object", properties: { child: { $ref: "#" } }, additionalProperties: false })],
  ["same", "an items list without $schema is read as an older draft", { ...array, items: [{ type: "string" }] }, { ...array, prefixItems: [{ type: "string" }] }],
  ["same", "http and https, with and without the empty fragment", { $schema: "https://json-schema.org/draft-07/schema", type: "string" }, draft07({ type: "string" })],
  ["same", "an unknown $schema is read as the newest", { $schema: "https://example.test/my-dialect", type: "string" }, { type: "string" }],
  ["wider", "a schema of draft-07 is an object or a boolean", { $ref: "http://json-schema.org/draft-07/schema#" }, { type: ["object", "boolean"] }],
  ["same", "$id beside $ref does not change the base in draft-07", draft07({ $id: "https://example.test/a/root", definitions: { x: { type: "null" } }, properties: { p: { $id: "https://example.test/b/", $ref: "#/definitions/x" } } }), draft07({ properties: { p: { type: "null" } } })],
];
