import { describe, expect, it } from "vitest";
import type { JsonValue } from "@flagwright/runtime";
import type { JsonSchema } from "../definition/model.ts";
import { compareSchemas, compareSchemaTexts, isSubset, SchemaError } from "./index.ts";

function witness(a: JsonSchema, b: JsonSchema): JsonValue {
  const verdict = isSubset(a, b);
  if (verdict.answer !== "no") throw new Error(`answered ${verdict.answer}`);
  return verdict.witness;
}

describe("witnesses", () => {
  it.each<[JsonSchema, JsonSchema, JsonValue]>([
    [{ type: "number" }, { type: "integer" }, 0.5],
    [{ maximum: 100 }, { maximum: 90 }, 91],
    [{ type: "string" }, { type: "string", minLength: 1 }, ""],
    [{ type: "string" }, { type: "string", maxLength: 2 }, "aaa"],
    [{ type: "string", minLength: 1 }, { pattern: "^[0-9]+$" }, "a"],
    [{ type: "object" }, { properties: { bar: { type: "string" } } }, { bar: null }],
    [{ type: "object" }, { additionalProperties: false }, { a: null }],
    [{ type: "array" }, { maxItems: 1 }, [null, null]],
    [{ type: "array", items: { type: "integer" } }, { uniqueItems: true }, [0, 0]],
    [{ enum: ["s", "m", "l"] }, { enum: ["s", "l"] }, "m"],
  ])("of %j outside %j is %j", (a, b, expected) => {
    expect(witness(a, b)).toEqual(expected);
  });

  it("keep a member named __proto__ as data", () => {
    const schema = JSON.parse(
      '{"type":"object","properties":{"__proto__":{"type":"string"}},"required":["__proto__"]}',
    ) as JsonSchema;
    const verdict = isSubset({ type: "object" }, schema);
    expect(verdict).toMatchObject({ answer: "no", witness: {} });
    const inside = isSubset(schema, { maxProperties: 0 });
    expect(inside).toMatchObject({ answer: "no", witnessText: '{"__proto__":""}' });
  });

  it("have every digit as text, and say that ajv has no say", () => {
    const { previousInCurrent } = compareSchemaTexts('{"maximum":9007199254740993}', '{"maximum":9007199254740992}');
    expect(previousInCurrent).toMatchObject({ answer: "no", witnessText: "9007199254740993", certifiedBy: "exact" });
  });

  it("are certified by ajv where it can", () => {
    expect(isSubset({ multipleOf: 0.1 }, { multipleOf: 0.2 })).toMatchObject({ answer: "no", certifiedBy: "ajv" });
  });

  it("are found in spite of bugs of ajv", () => {
    const crashing = { prefixItems: [true], unevaluatedItems: false, contains: { type: "string" }, minContains: 0 };
    expect(isSubset({ type: "array", ...crashing }, { maxItems: 1 }).answer).toBe("no");
  });
});

describe("format", () => {
  it("is an annotation by default", () => {
    expect(isSubset({ type: "string" }, { type: "string", format: "date" }).answer).toBe("yes");
  });

  it("refuses values when the project asks for it", () => {
    const options = { formatAssertion: true };
    expect(isSubset({ type: "string" }, { type: "string", format: "date" }, options).answer).toBe("no");
    expect(isSubset({ enum: ["2027-01-31"] }, { format: "date" }, options).answer).toBe("yes");
    expect(isSubset({ enum: ["2027-02-31"] }, { format: "date" }, options)).toMatchObject({ answer: "no" });
    expect(isSubset({ type: "string", format: "date" }, { format: "date" }, options).answer).toBe("yes");
  });
});

describe("unknown names the keyword, why, and what to write instead", () => {
  it("for a lookbehind", () => {
    const verdict = isSubset(
      { type: "object", properties: { id: { type: "string", pattern: "(?<=a)b(?<!c)$" } }, required: ["id"] },
      { properties: { id: { pattern: "(?<=[ab])b" } } },
    );
    expect(verdict.answer).toBe("unknown");
    expect(verdict).toHaveProperty("reason.path", "/properties/id/pattern");
    expect(verdict).toHaveProperty("reason.rewrite", expect.stringContaining("pattern"));
  });

  it("but not where the lookbehind does not matter", () => {
    expect(isSubset({ type: "string", pattern: "(?<=a)b" }, { type: "string" }).answer).toBe("yes");
    expect(isSubset({ pattern: "(?<=a)b", maxLength: 3 }, { pattern: "(?<=a)b" }).answer).toBe("yes");
    expect(isSubset({ type: "string" }, { pattern: "(?<=a)b" })).toMatchObject({ answer: "no" });
    expect(isSubset({ type: "string", pattern: "\\bfoo\\b" }, { pattern: "foo" }).answer).toBe("yes");
    expect(isSubset({ type: "string", pattern: "^[a-z-]+(?<!-)$" }, { pattern: "^[a-z-]*$" }).answer).toBe("yes");
    const both = { required: ["a", "b"], properties: { a: { pattern: "(?<=a)b", type: "string" }, b: false } };
    expect(isSubset({ type: "object", ...both }, { properties: { a: { pattern: "(?<=[ab])b" } } }).answer).toBe("yes");
    expect(isSubset({ enum: ["ab", "cab"] }, { pattern: "(?<=a)b" }).answer).toBe("yes");
  });

  it("for a value too large to show", () => {
    expect(isSubset({ type: "array", minItems: 1e9 }, { minItems: 2e9 })).toMatchObject({ answer: "unknown" });
  });

  it("when the budget is used up", () => {
    const verdict = isSubset(
      { pattern: "^(a|b)*a(a|b){18}$" },
      { pattern: "^(a|b)*b(a|b){18}$" },
      { limits: { cases: 1_000, automaton: 1_000, milliseconds: 60_000 } },
    );
    expect(verdict).toMatchObject({
      answer: "unknown",
      reason: { why: expect.stringContaining("automaton") as string },
    });
  });

  it("when time runs out, by the clock that was given", () => {
    let now = 0;
    const options = { limits: { cases: 1e6, automaton: 1e6, milliseconds: 10 }, now: () => (now += 1) };
    const verdict = isSubset({ pattern: "^(a|b)*a(a|b){18}$" }, { pattern: "^(a|b)*b(a|b){18}$" }, options);
    expect(verdict).toMatchObject({
      answer: "unknown",
      reason: { why: expect.stringContaining("too long") as string },
    });
  });
});

describe("what is no schema is refused", () => {
  it.each<[string, JsonSchema, string]>([
    ["an unknown type", { type: "text" }, "/type"],
    ["a keyword of the wrong kind", { properties: { a: { minimum: "5" } } }, "/properties/a/minimum"],
    ["a reference to nowhere", { properties: { a: { $ref: "#/$defs/gone" } } }, "/properties/a"],
    ["a reference to another document", { $ref: "https://example.test/elsewhere" }, ""],
    ["a reference to itself", { $ref: "#" }, ""],
    [
      "a circle of references",
      { $ref: "#/$defs/a", $defs: { a: { anyOf: [{ $ref: "#/$defs/b" }] }, b: { not: { $ref: "#/$defs/a" } } } },
      "",
    ],
    ["a pattern that is none", { items: { pattern: "(" } }, "/items/pattern"],
    ["a key pattern that is none", { patternProperties: { "[": true } }, "/patternProperties/["],
  ])("%s", (_what, schema, path) => {
    expect(() => compareSchemas(schema, true)).toThrow(SchemaError);
    expect(() => compareSchemas(true, schema)).toThrow(expect.objectContaining({ path }) as Error);
  });

  it("text that is no JSON", () => {
    expect(() => compareSchemaTexts("{", "{}")).toThrow(SchemaError);
  });

  it("a number that would fill the memory", () => {
    expect(() => compareSchemaTexts('{"maximum":1e999999999}', "{}")).toThrow(/exponent/);
  });

  it("nesting without end", () => {
    const deep = "[".repeat(50_000) + "]".repeat(50_000);
    expect(() => compareSchemaTexts(`{"const":${deep}}`, "{}")).toThrow(/nested/);
  });
});

describe("both directions", () => {
  it("are answered at once", () => {
    const comparison = compareSchemas({ type: "integer", minimum: 0 }, { type: "integer", minimum: 1 });
    expect(comparison).toMatchObject({
      previousInCurrent: { answer: "no", witness: 0 },
      currentInPrevious: { answer: "yes" },
    });
  });

  it("leave the schemas as they are", () => {
    const schema: JsonSchema = Object.freeze({ type: "string", enum: Object.freeze(["a"]) });
    expect(compareSchemas(schema, Object.freeze({ ...schema, nullable: true })).previousInCurrent.answer).toBe("yes");
  });
});
