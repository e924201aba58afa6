import type { JsonObject, JsonValue } from "@flagwright/runtime";
import { valueTypeOf } from "@flagwright/schema";
import { afterAll, beforeAll, expect, test } from "vitest";
import { generate } from "./index.ts";
import { createConsumer, type CompilerError, type Consumer } from "./testing/consumer.ts";
import { definition, input } from "./testing/definitions.ts";
import { valueLiteral } from "./typescript/literal.ts";

/** Schemas that a generator gets wrong: values that must compile, values that must not, and changes that must not. */
interface HardSchema {
  readonly schema: JsonObject;
  readonly allowed: readonly [JsonValue, ...JsonValue[]];
  readonly refused: readonly JsonValue[];
  /** Members of the value that are read only, as code. */
  readonly readOnly?: readonly string[];
}

const closed = (properties: JsonObject, ...required: string[]): JsonObject => ({
  type: "object",
  required,
  properties,
  additionalProperties: false,
});

const money = closed({ amount: { type: "integer" }, of: { $ref: "#/$defs/tree" } }, "amount");
const tree = closed(
  {
    name: { type: "string" },
    kids: { type: "array", items: { $ref: "#/$defs/tree" } },
    price: { $ref: "#/$defs/money" },
  },
  "name",
);

const hard: Readonly<Record<string, HardSchema>> = {
  "two shared schemas that lead to each other": {
    schema: { ...closed({ root: { $ref: "#/$defs/tree" } }, "root"), $defs: { money, tree } },
    allowed: [{ root: { name: "a", kids: [{ name: "b", price: { amount: 1, of: { name: "c" } } }] } }],
    refused: [{ root: { name: "a", kids: [{ nam: "b" }] } }, { root: { name: "a", price: { amount: 1, of: 1 } } }],
    readOnly: [`value.root.name = "x"`, `value.root.kids![0]!.price!.of!.name = "x"`],
  },
  "a tuple with a rest": {
    schema: {
      type: "array",
      prefixItems: [{ type: "string" }, { type: "integer" }],
      items: closed({ a: { enum: [1, 2] } }, "a"),
      minItems: 1,
    },
    allowed: [["x"], ["x", 1], ["x", 1, { a: 1 }, { a: 2 }]],
    refused: [[], [1], ["x", "y"], ["x", 1, { a: 3 }], ["x", 1, 2]],
    readOnly: [`value[0] = "y"`, `value.push("z")`],
  },
  "a union by a member, one branch behind a reference behind a reference": {
    schema: {
      oneOf: [closed({ kind: { const: "card" }, net: { enum: ["visa"] } }, "kind"), { $ref: "#/$defs/other" }],
      $defs: {
        other: { $ref: "#/$defs/invoice" },
        invoice: closed({ kind: { const: "invoice" }, days: { type: "integer" } }, "kind", "days"),
      },
    },
    allowed: [
      { kind: "card", net: "visa" },
      { kind: "invoice", days: 3 },
    ],
    refused: [{ kind: "invoice" }, { kind: "card", days: 3 }, { kind: "cash" }, { kind: "card", net: "amex" }],
  },
  "a negation leaves the type of what is negated": {
    schema: { type: ["string", "integer"], not: { enum: ["", 0] } },
    allowed: ["x", 1],
    refused: [null, true, []],
  },
  "members by pattern beside known ones": {
    schema: {
      type: "object",
      properties: { known: { type: "boolean" } },
      patternProperties: { "^x-": { type: "integer" } },
      additionalProperties: false,
    },
    allowed: [{}, { known: true, "x-a": 1 }],
    refused: [{ known: 1 }, { "x-a": "one" }],
    readOnly: [`value.known = false`, `value["x-a"] = 2`],
  },
  "a constant that is an object": {
    schema: { const: { a: [1, { b: null }], "c-d": "e" } },
    allowed: [{ a: [1, { b: null }], "c-d": "e" }],
    refused: [{ a: [1, { b: 1 }], "c-d": "e" }, { a: [1], "c-d": "e" }, { a: [1, { b: null }] }],
    readOnly: [`value.a[1].b = null`],
  },
  "an enum with null": { schema: { enum: ["a", "b", null] }, allowed: ["a", null], refused: ["c", 0, "null"] },
  "an enum of numbers, texts of numbers, and structures": {
    schema: { enum: [1, "1", true, null, [1], { a: 1 }] },
    allowed: [1, "1", true, null, [1], { a: 1 }],
    refused: [2, "2", false, [2], [1, 1], { a: 2 }, {}],
  },
  "additional members of one type beside known ones of others": {
    schema: {
      type: "object",
      required: ["id"],
      properties: { id: { type: "string" } },
      additionalProperties: { type: "boolean" },
    },
    allowed: [{ id: "x" }, { id: "x", other: true }],
    refused: [{}, { id: 1 }, { id: "x", other: 1 }],
    readOnly: [`value["other"] = true`],
  },
  "records of tuples of records, read only all the way": {
    schema: {
      type: "object",
      additionalProperties: {
        type: "array",
        items: {
          type: "array",
          prefixItems: [
            { type: "string" },
            { type: "object", additionalProperties: { type: "array", items: { type: "integer" } } },
          ],
          items: false,
          minItems: 2,
        },
      },
    },
    allowed: [{}, { a: [["x", { y: [1, 2] }]] }],
    refused: [{ a: ["x"] }, { a: [["x"]] }, { a: [["x", { y: ["1"] }]] }, { a: [["x", {}, 1]] }],
    readOnly: [`value["a"] = []`, `value["a"]!.push(["x", {}])`, `value["a"]![0]![1]["y"]![0] = 2`],
  },
  "two closed objects at once": {
    schema: {
      allOf: [closed({ a: { type: "string" } }, "a"), closed({ a: { type: "string" }, b: { type: "integer" } })],
    },
    allowed: [{ a: "x" }],
    refused: [{}, { a: 1 }, { a: "x", b: 1 }],
    readOnly: [`value.a = "y"`],
  },
  "an object that says what it is only in what it extends": {
    schema: {
      allOf: [{ $ref: "#/$defs/base" }],
      properties: { b: { type: "integer" } },
      unevaluatedProperties: false,
      $defs: { base: { type: "object", required: ["a"], properties: { a: { type: "string" } } } },
    },
    allowed: [{ a: "x" }, { a: "x", b: 1 }],
    refused: [{}, { b: 1 }, "x", null, { a: "x", b: "1" }],
  },
  "an object or null, with a member that may be null but must be there": {
    schema: { ...closed({ a: { type: ["string", "null"] }, b: { type: "string" } }, "a"), type: ["object", "null"] },
    allowed: [null, { a: null }, { a: "x", b: "y" }],
    refused: [{}, { a: 1 }, { a: null, b: null }],
  },
  "one of an object, a list and null": {
    schema: {
      anyOf: [
        closed({ a: { type: "string" } }, "a"),
        { type: "array", items: { type: "string" }, minItems: 2 },
        { type: "null" },
      ],
    },
    allowed: [null, { a: "x" }, ["x", "y"], ["x", "y", "z"]],
    refused: [{}, ["x"], [1, 2], "x"],
  },
  "a record of constants with a member that every object inherits": {
    schema: { type: "object", additionalProperties: { enum: ["a", { b: false }, { b: "c" }] } },
    allowed: [{ constructor: "a", toString: { b: "c" } } as never, { valueOf: { b: false } } as never],
    refused: [{ constructor: "b" } as never, { toString: { b: true } } as never],
  },
  "emoji, right-to-left text, and text that would end a string": {
    schema: { enum: ["😀", "👩‍🚀", "عربي", "a\u202eb", `"'\``, "${x}", "*/", ""] },
    allowed: ["😀", "👩‍🚀", "عربي", "a\u202eb", `"'\``, "${x}", "*/", ""],
    refused: ["👩🚀", "ab", " "],
  },
};

/** Keys that are words of the language, or names that code leans on. */
const KEYS = "default class await then constructor to-string undefined arguments enum prototype define-flag flag".split(
  " ",
);

let consumer: Consumer | undefined;
let errors: readonly CompilerError[] = [];
const names = Object.keys(hard);

beforeAll(async () => {
  consumer = await createConsumer();
  const schemas = Object.values(hard).map(({ schema, allowed: [first] }, at) =>
    definition({
      key: `hard-${String.fromCharCode(97 + at)}`,
      type: valueTypeOf(schema),
      value: schema,
      default: first,
      schemaHash: `h${at}`,
    }),
  );
  const { files, problems } = await generate(
    { ...input, definitions: [...schemas, ...KEYS.map((key) => definition({ key }))] },
    [{ target: "typescript", output: "flags.gen.ts", options: { index: true } }],
  );
  expect(problems).toEqual([]);
  const uses = Object.values(hard).flatMap(({ allowed, refused, readOnly = [] }, at) => {
    const type = `import { type Hard${String.fromCharCode(65 + at)} as Value } from "./flags.gen.js";\n`;
    return [
      ...allowed.map((value, i) => ({
        path: `allowed-${at}-${i}.ts`,
        content: `${type}export const value: Value = ${valueLiteral(value)};\n`,
      })),
      ...refused.map((value, i) => ({
        path: `refused-${at}-${i}.ts`,
        content: `${type}export const value: Value = ${valueLiteral(value)};\n`,
      })),
      ...readOnly.map((code, i) => ({
        path: `readonly-${at}-${i}.ts`,
        content: `${type}declare const value: Value;\n${code};\n`,
      })),
    ];
  });
  consumer.write([...files, ...uses]);
  const all = [...files, ...uses].map(({ path }) => path);
  errors = await consumer.check({ files: all });
});
afterAll(() => consumer?.remove());

test("what is generated compiles, reserved words as keys and all", () => {
  expect(errors.filter(({ file }) => file.startsWith("flags"))).toEqual([]);
});

test.each(names.map((name, at) => [name, at] as const))("%s", (name, at) => {
  const { allowed, refused, readOnly = [] } = hard[name] ?? { allowed: [], refused: [] };
  const wrong = new Set(errors.map(({ file }) => file));
  const compiles = (kind: string, i: number): boolean => !wrong.has(`${kind}-${at}-${i}.ts`);
  expect(allowed.filter((_, i) => !compiles("allowed", i))).toEqual([]);
  expect(refused.filter((_, i) => compiles("refused", i))).toEqual([]);
  expect(readOnly.filter((_, i) => compiles("readonly", i))).toEqual([]);
});
