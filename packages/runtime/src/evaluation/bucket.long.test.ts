import { describe, expect, test } from "vitest";
import { bucketOf, saltSeed } from "./bucket.ts";
import { chiSquare, chiSquareLimit, idKinds } from "./testing/uniformity.ts";

describe("a million ids of each kind", () => {
  test.each(idKinds)("$name fall evenly into 1,000 cells of 100 buckets", ({ name, make }) => {
    const counts = Array.from({ length: 1000 }, () => 0);
    const seed = saltSeed("new-checkout");
    for (let index = 0; index < 1_000_000; index++) {
      const cell = Math.floor(bucketOf(make(index), seed) / 100);
      counts[cell] = (counts[cell] ?? 0) + 1;
    }
    console.log(`${name}: chi-square ${chiSquare(counts).toFixed(1)}, limit ${chiSquareLimit(999).toFixed(1)}`);
    expect(chiSquare(counts)).toBeLessThan(chiSquareLimit(999));
  });
});
