import type { Serve, Split } from "@flagwright/runtime";
import type { FlagDefinition } from "@flagwright/schema";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parsePercent, parseShares, splitOf } from "./weights.ts";

const definition = { key: "search-ranking", kind: "experiment", bucketBy: "targetingKey" } as FlagDefinition;
const ranges = (serve: Serve): Split["ranges"] => ("split" in serve ? serve.split.ranges : []);
const split = (text: string, before: Serve = { default: true }): Serve =>
  splitOf(parseShares(text.split(" ")), before, definition);

describe("splitOf", () => {
  test("begins at bucket 0, in the order given", () => {
    expect(split("none=50 small=50")).toEqual({
      split: {
        by: ["targetingKey"],
        algorithm: "murmur3",
        ranges: [
          ["none", 0, 50_000],
          ["small", 50_000, 100_000],
        ],
      },
    });
  });

  test("thirds make 100 %: the largest takes what rounding leaves over", () => {
    const sizes = ranges(split("a=33.333 b=33.333 c=33.333")).map(([, from, to]) => to - from);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(100_000);
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
  });

  test("the first step away from one variant for everybody moves only its share", () => {
    expect(ranges(split("off=90 on=10", { variant: "off" })).filter(([variant]) => variant === "off")).toHaveLength(1);
  });

  test("raising a share moves nobody out of it", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 }), (a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const before = split(`on=${low} off=${100 - low}`);
        const after = split(`on=${high} off=${100 - high}`, before);
        for (const [, from, to] of ranges(before).filter(([variant]) => variant === "on"))
          expect(ranges(after).some((range) => range[0] === "on" && range[1] <= from && to <= range[2])).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  test("keeps the salt and the attributes of the split before, and ends its ramp", () => {
    const before: Serve = {
      split: {
        by: ["tenant"],
        salt: "shared",
        algorithm: "murmur3",
        ranges: [["on", 0, 10]],
        ramp: { steps: [["2027-01-01T00:00:00Z", 50_000]] },
      },
    };
    expect(split("on=50 off=50", before)).toEqual({
      split: { by: ["tenant"], salt: "shared", algorithm: "murmur3", ranges: expect.anything() },
    });
  });

  test.each([
    ["a=50 b=40", "add up to 90 %"],
    ["a=50 a=50", "two shares"],
    ["a:50", "no share"],
    ["a=101", "no share"],
    ["a=-1", "no share"],
  ])("%s is refused", (text, message) => {
    expect(() => split(text)).toThrow(message);
  });

  test("a flag without bucketBy cannot split, and is told what that takes", () => {
    const operational = { ...definition, kind: "operational", bucketBy: null } as FlagDefinition;
    expect(() => splitOf(parseShares(["a=100"]), { default: true }, operational)).toThrow("it has no bucketBy");
  });
});

test("a percentage may have its sign and a fraction, and lies between 0 and 100", () => {
  expect([parsePercent("25"), parsePercent("12.5%"), parsePercent("0 %")]).toEqual([25, 12.5, 0]);
  for (const text of ["", "abc", "-1", "100.1", "NaN", " "]) expect(() => parsePercent(text)).toThrow("no percentage");
});
