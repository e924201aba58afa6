import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonSchema } from "./model.ts";
import { schemaHash } from "./schema-hash.ts";

const same = (a: JsonSchema, b: JsonSchema): boolean => schemaHash(a) === schemaHash(b);

describe("the hash of a schema", () => {
  it("is the first 16 bytes of SHA-256 of its canonical JSON, in base64url", () => {
    const digest = createHash("sha256").update('{"maximum":90,"type":"number"}').digest();
    expect(schemaHash({ type: "number", maximum: 90 })).toBe(digest.subarray(0, 16).toString("base64url"));
  });

  it.each<readonly [string, JsonSchema, JsonSchema]>([
    ["the order of members", { type: "number", maximum: 1 }, { maximum: 1, type: "number" }],
    ["how a number is written", { maximum: 1.0 }, { maximum: 1 }],
    ["annotations", { type: "number" }, { type: "number", title: "T", description: "D", examples: [1], $comment: "c" }],
    ["annotations inside", { items: { type: "string" } }, { items: { type: "string", description: "D" } }],
    ["the names of definitions", { $ref: "#/$defs/a", $defs: { a: { type: "string" } } }, { type: "string" }],
    [
      "the names in recursion",
      { $ref: "#/$defs/a", $defs: { a: { properties: { next: { $ref: "#/$defs/a" } } } } },
      { $ref: "#/$defs/b", $defs: { unused: {}, b: { properties: { next: { $ref: "#/$defs/b" } } } } },
    ],
    ["anchors", { $ref: "#x", $defs: { a: { $anchor: "x", type: "string" } } }, { type: "string" }],
  ])("does not depend on %s", (_name, a, b) => {
    expect(same(a, b)).toBe(true);
  });

  it.each<readonly [string, JsonSchema, JsonSchema]>([
    ["a property named like an annotation", { properties: { title: {} } }, { properties: {} }],
    ["values in an enum", { enum: [{ description: "a" }] }, { enum: [{}] }],
    ["constants", { const: { $comment: 1 } }, { const: {} }],
    ["the depth of recursion", { properties: { a: { $ref: "#" } } }, { properties: { a: { properties: { a: {} } } } }],
    ["true and an empty schema's bounds", true, { minimum: 0 }],
  ])("depends on %s", (_name, a, b) => {
    expect(same(a, b)).toBe(false);
  });

  it("ends for references that double at each step, and for those that lead to themselves", () => {
    const $defs: Record<string, JsonSchema & object> = { d60: { type: "string" } };
    for (let step = 0; step < 60; step++)
      $defs[`d${step}`] = { allOf: [{ $ref: `#/$defs/d${step + 1}` }, { $ref: `#/$defs/d${step + 1}` }] };
    expect(schemaHash({ $defs, $ref: "#/$defs/d0" })).toMatch(/^[\w-]{22}$/);
    expect(schemaHash({ $ref: "#" })).toMatch(/^[\w-]{22}$/);
    expect(schemaHash({ $ref: "#/nowhere" })).toMatch(/^[\w-]{22}$/);
  });

  it("is the same however the members of random schemas are ordered", () => {
    const leaf = fc.constantFrom<JsonSchema>({ type: "string" }, { enum: [1, "a", null] }, true, { minimum: 0.5 });
    const schema = fc.letrec<{ s: JsonSchema }>((tie) => ({
      s: fc.oneof(
        { maxDepth: 3 },
        leaf,
        fc.dictionary(fc.string(), tie("s")).map((properties) => ({ properties })),
        fc.array(tie("s")).map((anyOf) => ({ anyOf })),
      ),
    })).s;
    const shuffled = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(shuffled)
        : typeof value === "object" && value !== null
          ? Object.fromEntries(
              Object.entries(value)
                .reverse()
                .map(([name, member]) => [name, shuffled(member)]),
            )
          : value;
    fc.assert(
      fc.property(schema, (each) => same(each, shuffled(each) as JsonSchema)),
      { numRuns: 300 },
    );
  });
});
