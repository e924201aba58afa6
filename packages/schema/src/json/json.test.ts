import * as fc from "fast-check";
import type { JsonValue } from "@flagwright/runtime";
import { describe, expect, it } from "vitest";
import { canonicalJson, sameJson } from "./canonical-json.ts";
import { differencePointer } from "./difference.ts";
import { nearest, suggestion } from "./nearest.ts";
import { pointerNames, pointerTo, resolvePointer } from "./pointer.ts";

describe("canonical JSON", () => {
  it("orders members by UTF-16 code units and writes numbers as ECMAScript does (RFC 8785, section 3.2)", () => {
    const value = JSON.parse(
      '{"\\u20ac":"Euro","\\r":"CR","\\ufb33":"Hebrew","1":"One","\\ud83d\\ude00":"Emoji","\\u0080":"Control","\\u00f6":"o"}',
    ) as JsonValue;
    expect(Object.keys(JSON.parse(canonicalJson(value)) as object).filter((name) => name !== "1")).toEqual([
      "\r",
      "\u0080",
      "ö",
      "€",
      "\ud83d\ude00",
      "\ufb33",
    ]);
    expect(
      canonicalJson(
        JSON.parse("[333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001, -0]") as JsonValue,
      ),
    ).toBe("[333333333.3333333,1e+30,4.5,0.002,1e-27,0]");
  });

  it("is the same for the same value, and reads back to it", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const json = value as JsonValue;
        expect(canonicalJson(JSON.parse(canonicalJson(json)) as JsonValue)).toBe(canonicalJson(json));
        expect(sameJson(json, JSON.parse(JSON.stringify(json)) as JsonValue)).toBe(true);
      }),
    );
  });
});

describe("JSON pointers", () => {
  it("are read and written the same, whatever the names", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (names) => {
        expect(pointerNames(names.reduce<string>(pointerTo, ""))).toEqual(names);
      }),
    );
  });

  it("resolve own members only", () => {
    const value = JSON.parse('{"a/b": {"__proto__": [1]}}') as JsonValue;
    expect(resolvePointer(value, "/a~1b/__proto__/0")).toBe(1);
    expect(resolvePointer(value, "/constructor")).toBeUndefined();
    expect(resolvePointer({}, "/__proto__")).toBeUndefined();
  });
});

describe("the difference of two values", () => {
  it("is the smallest part of the current one that holds it all", () => {
    const before = { a: { b: 1, c: 2 }, d: [1] };
    expect(differencePointer(before, { a: { b: 1, c: 3 }, d: [1] })).toBe("/a/c");
    expect(differencePointer(before, { a: { b: 1 }, d: [1] })).toBe("/a");
    expect(differencePointer(before, { a: { b: 2, c: 3 }, d: [1] })).toBe("/a");
    expect(differencePointer(before, { ...before, e: 1 })).toBe("/e");
    expect(differencePointer(before, { a: { b: 1, c: 2 }, d: [2] })).toBe("/d");
    expect(differencePointer(before, before)).toBe("");
  });
});

describe("the nearest word", () => {
  it.each([
    ["regoin", "region"],
    ["Region", "region"],
    ["discuont", "discount"],
    ["new-chekout", "new-checkout"],
    ["banana", undefined],
    ["x".repeat(10_000), undefined],
  ])("to %s is %s", (word, expected) => {
    expect(nearest(word, ["region", "discount", "new-checkout"])).toBe(expected);
  });

  it("is suggested, or all there is when it is little", () => {
    expect(suggestion("regoin", ["region"])).toBe('Did you mean "region"?');
    expect(suggestion("xyz", ["region"])).toBe('There is "region".');
    expect(suggestion("xyz", [])).toBeUndefined();
  });
});
