import * as fc from "fast-check";
import { expect, test } from "vitest";
import { murmur3 as unallocating } from "../murmur3.ts";
import { murmur3 } from "./bucket.ts";

test("the hash is the other evaluator's, for every text and seed", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 40 }), fc.nat({ max: 0xffff_ffff }), (text, seed) => {
      expect(murmur3(text, seed)).toBe(unallocating(text, seed));
    }),
    { numRuns: 5_000 },
  );
  for (const text of ["", "\ud800", "a\udc00b", "\u{10ffff}", "é".repeat(5)])
    expect(murmur3(text, 7)).toBe(unallocating(text, 7));
});
