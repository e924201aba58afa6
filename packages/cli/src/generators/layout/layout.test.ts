import type { JsonValue } from "@flagwright/runtime";
import type { FlagDefinition } from "@flagwright/schema";
import fc from "fast-check";
import { format, type Options } from "prettier";
import { expect, test } from "vitest";
import { generate } from "../index.ts";
import { definition, input } from "../testing/definitions.ts";
import { docText } from "./doc-text.ts";
import { jsonDoc } from "./json-doc.ts";

const SEED = 20261121;

const word = fc.string({ unit: fc.constantFrom("a", "b", "-", " ", "é", "名", '"', "'"), maxLength: 24 });
const value: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    word,
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 5 }),
    fc.array(fc.integer(), { maxLength: 40 }),
    fc.dictionary(word, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

/** Flags whose names, types and values are of every length, so that every line is broken somewhere. */
const flag: fc.Arbitrary<FlagDefinition> = fc
  .record({
    key: fc.stringMatching(/^[a-z]{1,12}(-[a-z]{1,12}){0,6}$/),
    version: fc.constantFrom(1, 2),
    fallback: value,
    variants: fc.array(fc.tuple(word, value), { maxLength: 4 }),
    values: fc.uniqueArray(fc.stringMatching(/^[a-z]{1,20}$/), { minLength: 1, maxLength: 9 }),
    optional: fc.boolean(),
    shape: fc.constantFrom("any", "enum", "object", "union", "list", "boolean"),
  })
  .map(({ key, version, fallback, variants, values, optional, shape }) => {
    const union = { enum: values };
    const object = {
      type: "object",
      properties: { [key]: union, n: { type: ["string", "null"] } },
      additionalProperties: union,
    };
    const schemas = {
      any: true,
      enum: union,
      object: {
        type: "object",
        properties: { a: object, b: union, [key]: { type: "array", items: union } },
        additionalProperties: false,
      },
      union: { oneOf: [object, union] },
      list: { type: "array", items: object, minItems: 1 },
      boolean: { type: "boolean" },
    };
    return definition({
      key,
      version,
      type: shape === "boolean" ? "boolean" : "any",
      value: schemas[shape],
      schemaHash: `${key}@${version}`,
      default: fallback,
      variants,
      bucketBy: optional ? null : "targetingKey",
      context: { required: optional ? [] : ["region"], optional: ["plan"] },
    });
  });

const styles: readonly Options[] = [
  { printWidth: 60 },
  {},
  { printWidth: 100, tabWidth: 4 },
  { printWidth: 120 },
  { singleQuote: true, semi: false, trailingComma: "none", useTabs: true },
];

test.each(styles.map((style) => [JSON.stringify(style), style] as const))(
  "prettier would change nothing in TypeScript and JavaScript, with %s",
  async (_, style) => {
    const flags = fc.sample(flag, { numRuns: 60, seed: SEED });
    const definitions = [...new Map(flags.map((each) => [`${each.key}@${each.version}`, each])).values()];
    const { files } = await generate({ ...input, definitions, styleOf: async () => style }, [
      { target: "typescript", output: "a.gen.ts", options: { index: true, openfeature: true } },
      { target: "typescript", output: "b.gen.js", options: { index: true, language: "js" } },
      { target: "typescript", output: "c", options: { split: "flag" } },
    ]);
    for (const { path, content } of files) expect(await format(content, { ...style, filepath: path })).toBe(content);
  },
  60_000,
);

test("prettier would change nothing in JSON", async () => {
  await fc.assert(
    fc.asyncProperty(value, fc.constantFrom(40, 80, 120), async (each, printWidth) => {
      const text = `${docText(jsonDoc(each), { printWidth })}\n`;
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(each)));
      expect(await format(text, { printWidth, parser: "json" })).toBe(text);
    }),
    { numRuns: 200, seed: SEED },
  );
});
