import type { JsonObject, JsonValue } from "@flagwright/runtime";
import { describe, expect, it } from "vitest";
import type { JsonSchema } from "../definition/model.ts";
import { compileValueSchema } from "./value-schema.ts";

function judge(schema: JsonSchema, value: JsonValue): readonly string[] {
  const compiled = compileValueSchema(schema);
  return (compiled.ok ? compiled.validate(value) : compiled.problems).map(
    ({ pointer, code, message }) => `${pointer} ${code} ${message}`,
  );
}

const nested = (levels: number, around: (inner: JsonObject) => JsonObject): JsonObject =>
  Array.from({ length: levels }).reduce<JsonObject>((inner) => around(inner), { type: "string" });

describe("a value schema", () => {
  it("says of a value what is wrong and where, all of it", () => {
    const schema = {
      type: "object",
      properties: { percent: { type: "number", maximum: 90 } },
      additionalProperties: false,
      required: ["message"],
    };
    expect(judge(schema, { percent: 91, persent: 1 })).toEqual([
      ' VALUE_MATCHES_SCHEMA It must have the member "message".',
      '/persent VALUE_MATCHES_SCHEMA It must not have the member "persent".',
      "/percent VALUE_MATCHES_SCHEMA /percent must be at most 90.",
    ]);
  });

  it("says what was probably meant", () => {
    const help = (schema: JsonSchema, value: JsonValue) => {
      const compiled = compileValueSchema(schema);
      return compiled.ok ? compiled.validate(value)[0]?.help : undefined;
    };
    expect(help({ type: "boolean" }, "off")).toBe("Write false, without quotes.");
    expect(help({ type: "integer" }, "12")).toBe("Remove the quotes: 12.");
    expect(help({ type: "string" }, 7)).toBe('Put it into quotes: "7".');
  });

  it("keeps the patterns of its parts, and of other schemas, apart", () => {
    const schema = { properties: { a: { pattern: "^a$" }, b: { pattern: "^b$" } }, patternProperties: { "^x": false } };
    expect(judge(schema, { a: "a", b: "b" })).toEqual([]);
    expect(judge(schema, { a: "b", b: "a", x: 1 })).toHaveLength(3);
    expect(judge({ pattern: "^c$" }, "a")).toHaveLength(1);
  });

  it.each<readonly [JsonSchema, JsonValue, JsonValue]>([
    [{ enum: [{ valueOf: 1 }] }, { valueOf: 1 }, { valueOf: 2 }],
    [{ const: { toString: 1, a: 2 } }, { a: 2, toString: 1 }, { toString: 1 }],
    [{ uniqueItems: true }, [{ valueOf: 1 }, { constructor: 1 }], [{ valueOf: 1 }, { valueOf: 1 }]],
    [{ enum: [1, "1", [1]] }, [1], [1, 1]],
    [{ uniqueItems: true }, [1, "1", true, [1], null, "null"], ["a", 1, "a"]],
  ])("compares members named as those that every object inherits: %j", (schema, right, wrong) => {
    expect(judge(schema, right)).toEqual([]);
    expect(judge(schema, wrong)).toHaveLength(1);
  });

  it("says which items are the same", () => {
    expect(judge({ uniqueItems: true }, ["a", { b: 1, c: 2 }, { c: 2, b: 1 }])).toEqual([
      " VALUE_MATCHES_SCHEMA It must not repeat an item, and items 1 and 2 are the same.",
    ]);
  });

  it.each<readonly [string, JsonSchema, string]>([
    ["an enum without values", { enum: [] }, "SCHEMA_VALID"],
    ["an unknown keyword", { typ: "string" }, "SCHEMA_VALID"],
    ["a type that is none", { type: "text" }, "SCHEMA_VALID"],
    ["a pattern that is no regular expression", { pattern: "(" }, "SCHEMA_VALID"],
    ["a pattern that cannot run in linear time", { pattern: "(?=a)" }, "SCHEMA_VALID"],
    ["a reference that leads nowhere", { $ref: "#/$defs/x" }, "REFERENCE_RESOLVES"],
    ["an address of its own", { $id: "http://127.0.0.1/x" }, "SCHEMA_KEYWORD"],
    ["dynamic references", { $dynamicRef: "#x" }, "SCHEMA_KEYWORD"],
    ["too many levels", nested(2_000, (items) => ({ items })), "SCHEMA_DEPTH"],
    ["too many parts", { anyOf: Array.from({ length: 2_001 }, () => ({})) }, "SCHEMA_SIZE"],
    ["too many values", { enum: Array.from({ length: 1_001 }, (_, index) => index) }, "SCHEMA_SIZE"],
    ["a pattern too long", { pattern: "a".repeat(1_001) }, "SCHEMA_SIZE"],
  ])("is refused for %s", (_name, schema, code) => {
    const compiled = compileValueSchema(schema);
    expect(compiled.ok ? [] : compiled.problems.map((each) => each.code)).toContain(code);
  });
});

describe("a schema made to hang", () => {
  it("by a pattern runs in linear time", () => {
    expect(judge({ type: "string", pattern: "^(a+)+$" }, `${"a".repeat(50_000)}b`)).toHaveLength(1);
  });

  it("by references that double, or lead to themselves, ends with a problem", () => {
    const $defs: Record<string, JsonObject> = { d40: { type: "string" } };
    for (let step = 0; step < 40; step++)
      $defs[`d${step}`] = { anyOf: [{ $ref: `#/$defs/d${step + 1}` }, { $ref: `#/$defs/d${step + 1}` }] };
    expect(judge({ $defs, $ref: "#/$defs/d0" }, 1)[0]).toContain("SCHEMA_TERMINATES");
    expect(judge({ $ref: "#" }, 1)[0]).toContain("SCHEMA_TERMINATES");
    const value = JSON.parse(`${'{"p":'.repeat(60)}1${"}".repeat(60)}`) as JsonValue;
    const twice = { allOf: [{ properties: { p: { $ref: "#" } } }, { properties: { p: { $ref: "#" } } }] };
    expect(judge(twice, value)[0]).toContain("SCHEMA_TERMINATES");
  });

  it("leaves the next one its whole budget", () => {
    judge({ $ref: "#" }, 1);
    expect(
      judge(
        { type: "array", items: { type: "integer" } },
        Array.from({ length: 5_000 }, (_, index) => index),
      ),
    ).toEqual([]);
  });

  it("recursion that goes into the value is fine", () => {
    const tree = {
      type: "object",
      properties: { left: { $ref: "#" }, right: { $ref: "#" } },
      additionalProperties: false,
    };
    expect(judge(tree, { left: { left: {} }, right: { right: { left: {} } } })).toEqual([]);
    expect(judge(tree, { left: { middle: {} } })).toEqual([
      '/left/middle VALUE_MATCHES_SCHEMA /left must not have the member "middle".',
    ]);
  });
});
