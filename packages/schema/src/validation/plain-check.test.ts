import type { JsonObject, JsonValue } from "@flagwright/runtime";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileWithAjv } from "./compile-with-ajv.ts";
import { plainCheck } from "./plain-check.ts";
import { checkSchemaLimits } from "./schema-limits.ts";

const names = ["a", "b", "percent", "", "constructor", "__proto__", "a/b", "1", "\ud83d"];
const scalar = fc.oneof(
  fc.constantFrom<JsonValue>(null, true, false, 0, -0, 1, 1.5, -2, 1e300, "", "a", "b", "1", "😀", "\ud83d"),
  fc.integer({ min: -3, max: 12 }),
  fc.string({ maxLength: 4 }),
);
const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    { weight: 4, arbitrary: scalar },
    { weight: 1, arbitrary: fc.array(tie("value"), { maxLength: 4 }) },
    { weight: 2, arbitrary: fc.dictionary(fc.constantFrom(...names), tie("value"), { maxKeys: 4 }) },
  ),
}));

const size = fc.integer({ min: 0, max: 3 });
const limit = fc.oneof(fc.integer({ min: -3, max: 12 }), fc.constantFrom(0.5, -0, 1e300));

/** The operands that a keyword should have. */
const { schema } = fc.letrec<{ schema: JsonValue; object: JsonObject }>((tie) => ({
  schema: fc.oneof(
    { depthSize: "small" },
    { weight: 1, arbitrary: fc.boolean() },
    { weight: 6, arbitrary: tie("object") },
  ),
  object: fc
    .uniqueArray(
      fc.oneof(
        ...Object.entries<fc.Arbitrary<unknown>>({
          type: fc.constantFrom("null", "boolean", "string", "number", "integer", "array", "object"),
          enum: fc.array(scalar, { minLength: 1, maxLength: 4 }),
          const: scalar,
          description: fc.string(),
          format: fc.constantFrom("date", "uri", "nothing known"),
          default: value,
          examples: fc.array(value, { maxLength: 2 }),
          deprecated: fc.boolean(),
          minimum: limit,
          maximum: limit,
          exclusiveMinimum: limit,
          exclusiveMaximum: limit,
          minLength: size,
          maxLength: size,
          minItems: size,
          maxItems: size,
          minProperties: size,
          maxProperties: size,
          items: tie("schema"),
          uniqueItems: fc.boolean(),
          required: fc.uniqueArray(fc.constantFrom(...names), { maxLength: 2 }),
          properties: fc.dictionary(fc.constantFrom(...names), tie("schema"), { maxKeys: 3 }),
          additionalProperties: tie("schema"),
        }).map(([keyword, operand]) => operand.map((each) => [keyword, each] as const)),
      ),
      { selector: ([keyword]) => keyword, maxLength: 4 },
    )
    .map((entries) => Object.fromEntries(entries) as JsonObject),
}));

const keyword = fc.constantFrom(
  ..."type enum const title format examples deprecated minimum exclusiveMaximum minLength maxItems minProperties".split(
    " ",
  ),
  ..."items uniqueItems required properties additionalProperties pattern anyOf $ref nullable nothing $id".split(" "),
  ..."definitions prefixItems multipleOf".split(" "),
);
/** Schemas with anything at all behind a keyword. */
const wrong = fc
  .tuple(schema, fc.dictionary(keyword, fc.oneof(value, fc.constantFrom("object", "string")), { maxKeys: 2 }))
  .map(([right, other]): JsonValue => (typeof right === "object" ? { ...(right as JsonObject), ...other } : other));

function holdsUnique(each: JsonValue): boolean {
  return JSON.stringify(each).includes('"uniqueItems":true');
}

describe("the quick check of plain schemas", () => {
  it("says yes where ajv says yes, and never where it says no", () => {
    let plain = 0;
    let yes = 0;
    fc.assert(
      fc.property(schema, fc.array(value, { minLength: 4, maxLength: 8 }), (drawn, values) => {
        const check = plainCheck(drawn as JsonObject);
        if (check === undefined || checkSchemaLimits(drawn as JsonObject).length > 0) return;
        plain++;
        const judge = compileWithAjv(drawn as JsonObject);
        expect(judge).toMatchObject({ ok: true });
        if (!judge.ok) return;
        for (const each of values) {
          const isRight = judge.validate(each).length === 0;
          if (isRight && check(each)) yes++;
          // Whether objects are distinct is left to ajv.
          if (!(isRight && holdsUnique(drawn))) expect({ each, yes: check(each) }).toEqual({ each, yes: isRight });
        }
      }),
      { numRuns: 1_000 },
    );
    expect(plain).toBeGreaterThan(500);
    expect(yes).toBeGreaterThan(500);
  });

  it.each<JsonObject>([{ type: "number" }, { type: "integer" }, { items: { type: "number" } }, { uniqueItems: true }])(
    "leaves a number that JSON made infinite to ajv: %j",
    (drawn) => {
      const infinite = JSON.parse("1e400") as number;
      expect(plainCheck(drawn)?.("items" in drawn || "uniqueItems" in drawn ? [infinite] : infinite)).toBe(false);
    },
  );

  it("takes no schema for plain that ajv refuses", () => {
    let left = 0;
    fc.assert(
      fc.property(wrong, (drawn) => {
        if (plainCheck(drawn as JsonObject) === undefined || checkSchemaLimits(drawn as JsonObject).length > 0) left++;
        else expect(compileWithAjv(drawn as JsonObject)).toMatchObject({ ok: true });
      }),
      { numRuns: 1_000 },
    );
    expect(left).toBeGreaterThan(200);
  });

  it.each<readonly [string, JsonObject]>([
    ["a reference", { $ref: "#/$defs/a", $defs: { a: {} } }],
    ["a pattern", { type: "string", pattern: "^a" }],
    ["a choice", { anyOf: [{ type: "string" }] }],
    ["a keyword that it does not know", { typ: "string" }],
    ["an enum of objects", { enum: [{ a: 1 }] }],
    ["a wrong operand inside", { properties: { a: { minimum: "1" } } }],
  ])("leaves %s to ajv", (_, drawn) => {
    expect(plainCheck(drawn)).toBeUndefined();
  });
});
