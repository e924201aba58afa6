import type { JsonValue } from "@flagwright/runtime";
import type { JsonSchema } from "@flagwright/schema";
import { expect, test } from "vitest";
import { standaloneValidator } from "./standalone.ts";

const validator = (schema: JsonSchema): ((value: JsonValue) => boolean) =>
  new Function(standaloneValidator(schema))() as (value: JsonValue) => boolean;

test("the code needs nothing at run time, and makes no code of its own", () => {
  const code = standaloneValidator({
    type: "object",
    properties: { a: { type: "string", minLength: 2, pattern: "^x" }, b: { type: "array", uniqueItems: true } },
    patternProperties: { "^z": { const: { deep: [1] } } },
  });
  expect(code).not.toMatch(/\b(?:require|import|eval|Function|process|globalThis)\b/);
});

test("characters are counted, not code units", () => {
  const validate = validator({ type: "string", maxLength: 2 });
  expect([validate("😀😀"), validate("abc")]).toEqual([true, false]);
});

test("a schema without its description is the same code: no text of a definition is shipped", () => {
  const schema = { type: "object", properties: { a: { type: "integer", description: "secret plan" } }, title: "T" };
  expect(standaloneValidator(schema)).not.toContain("secret");
});

test("the code does not depend on what was compiled before", () => {
  const schema = { type: "object", properties: { a: { $ref: "#/$defs/d" } }, $defs: { d: { enum: [{ x: 1 }] } } };
  const first = standaloneValidator(schema);
  standaloneValidator({ type: "array", items: { const: [1] } });
  expect(standaloneValidator(schema)).toBe(first);
});

test("references, also to itself, and branches that fail on the way", () => {
  const validate = validator({
    anyOf: [{ type: "null" }, { $ref: "#/$defs/node" }],
    $defs: {
      node: {
        type: "object",
        required: ["next"],
        properties: { next: { $ref: "#" }, value: { $ref: "#/$defs/number" } },
      },
      number: { anyOf: [{ type: "string" }, { type: "integer" }] },
    },
  });
  expect(validate({ next: { next: null, value: 1 }, value: "x" })).toBe(true);
  expect(validate({ next: { next: null, value: 1.5 } })).toBe(false);
  expect(validate({ next: {} })).toBe(false);
});

test("unevaluated members are looked for through every branch", () => {
  const validate = validator({
    type: "object",
    oneOf: [{ required: ["a"], properties: { a: true } }, { $ref: "#/$defs/b" }],
    unevaluatedProperties: false,
    $defs: { b: { required: ["b"], properties: { b: true } } },
  });
  expect([validate({ a: 1 }), validate({ b: 1 }), validate({ a: 1, c: 1 }), validate({ c: 1 })]).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

test("`__proto__`, `constructor` and `valueOf` are data", () => {
  const parse = (text: string): JsonValue => JSON.parse(text) as JsonValue;
  const proto = validator({
    type: "object",
    properties: parse('{"__proto__":{"type":"integer"}}') as object,
    additionalProperties: false,
  } as never);
  expect([proto(parse('{"__proto__":1}')), proto(parse('{"__proto__":"x"}')), proto(parse('{"a":1}'))]).toEqual([
    true,
    false,
    false,
  ]);

  const required = validator({ type: "object", required: ["constructor"] });
  expect([required({}), required(parse('{"constructor":1}'))]).toEqual([false, true]);

  const unique = validator({ type: "array", uniqueItems: true });
  expect(unique(parse('[{"valueOf":1},{"valueOf":2}]'))).toBe(true);
  expect(unique(parse('[{"valueOf":1},{"valueOf":1}]'))).toBe(false);
});

test("a property that is half a character can be named", () => {
  const validate = validator({
    type: "object",
    properties: { "\ud800": { type: "integer" } },
    additionalProperties: false,
  });
  expect([validate({ "\ud800": 1 }), validate({ "\ud800": "x" }), validate({ "\ud801": 1 })]).toEqual([
    true,
    false,
    false,
  ]);
});
