import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BUCKETS, type Split } from "../snapshot/model.ts";
import { bucketing, bucketOf, bucketOfHash, saltSeed } from "./bucket.ts";
import { compile } from "./compile.ts";
import { reweigh } from "./reweigh.ts";
import { chiSquare, chiSquareLimit, idKinds } from "./testing/uniformity.ts";
import { makeFlag, makeSnapshot } from "./testing/make.ts";

const at = Date.parse("2026-11-21T12:00:00Z");

function variantOf(ranges: Split["ranges"], targetingKey: string, time = at, ramp?: Split["ramp"]): string | undefined {
  const split: Split = { by: ["targetingKey"], algorithm: "murmur3", ranges, ...(ramp === undefined ? {} : { ramp }) };
  const flag = makeFlag("f", { otherwise: { split } });
  return compile(makeSnapshot([flag]))
    .flag("f")
    ?.evaluate({ targetingKey }, time).variant;
}

describe("buckets", () => {
  test("are the same at every call, from 0 to 99,999, whatever the order of the context's members", () => {
    const bucket = bucketing(["a", "b"], undefined, "salt");
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }), (a, b) => {
        const place = bucket({ a, b });
        expect(bucket({ b, a, c: 1 })).toBe(place);
        expect(place).toBeGreaterThanOrEqual(0);
        expect(place).toBeLessThan(BUCKETS);
      }),
    );
  });

  test("are what the formula says, at both ends of every bucket", () => {
    const formula = (hash: number): number => Math.floor((hash * BUCKETS) / 2 ** 32);
    const wrong: number[] = [];
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const first = Math.ceil((bucket * 2 ** 32) / BUCKETS);
      const last = Math.ceil(((bucket + 1) * 2 ** 32) / BUCKETS) - 1;
      for (const hash of [first, last])
        if (bucketOfHash(hash | 0) !== bucket || formula(hash) !== bucket) wrong.push(hash);
    }
    expect(wrong).toEqual([]);
  });

  test("differ when a composite's parts are cut elsewhere", () => {
    const bucket = bucketing(["a", "b"], undefined, "salt");
    expect(bucket({ a: "ab", b: "c" })).not.toBe(bucket({ a: "a", b: "bc" }));
  });

  test.each(idKinds)("are uniform over $name (chi-square, 100 cells)", ({ make }) => {
    const counts = Array.from({ length: 100 }, () => 0);
    const seed = saltSeed("new-checkout");
    for (let index = 0; index < 50_000; index++) {
      const cell = Math.floor(bucketOf(make(index), seed) / 1000);
      counts[cell] = (counts[cell] ?? 0) + 1;
    }
    expect(chiSquare(counts)).toBeLessThan(chiSquareLimit(99));
  });

  test("of two flags are independent: half of one's half is in the other's", () => {
    const counts = [0, 0, 0, 0];
    const [first, second] = [saltSeed("flag-a"), saltSeed("flag-b")];
    for (let index = 0; index < 50_000; index++) {
      const id = `user-${index}`;
      const cell = (bucketOf(id, first) < 50_000 ? 0 : 1) + (bucketOf(id, second) < 50_000 ? 0 : 2);
      counts[cell] = (counts[cell] ?? 0) + 1;
    }
    expect(chiSquare(counts)).toBeLessThan(chiSquareLimit(3));
  });
});

describe("splits", () => {
  const share = fc.integer({ min: 0, max: BUCKETS });

  test("raising a percentage moves nobody out", () => {
    fc.assert(
      fc.property(share, share, fc.string(), (a, b, id) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const before = variantOf([["on", 0, low]], id);
        const after = variantOf(reweigh([["on", 0, low]], [["on", high]]), id);
        expect([before, after]).not.toEqual(["on", undefined]);
      }),
    );
  });

  test("a ramp that rises moves nobody out as time goes on", () => {
    const ramp: Split["ramp"] = {
      steps: [
        ["2026-11-21T00:00:00Z", 0],
        ["2026-11-22T00:00:00Z", 30_000],
        ["2026-11-25T00:00:00Z", 100_000],
      ],
      linear: true,
    };
    const time = fc.integer({ min: Date.parse("2026-11-20T00:00:00Z"), max: Date.parse("2026-11-26T00:00:00Z") });
    fc.assert(
      fc.property(time, time, fc.string(), (a, b, id) => {
        const before = variantOf([["on", 0, 60_000]], id, Math.min(a, b), ramp);
        const after = variantOf([["on", 0, 60_000]], id, Math.max(a, b), ramp);
        expect([before, after]).not.toEqual(["on", undefined]);
      }),
    );
  });

  test("a change from 50/50 to 60/40 moves a tenth of the people, all in one direction", () => {
    const half = reweigh(
      [],
      [
        ["a", 50_000],
        ["b", 50_000],
      ],
    );
    const changed = reweigh(half, [
      ["a", 60_000],
      ["b", 40_000],
    ]);
    const moves = new Map<string, number>();
    for (let index = 0; index < 5000; index++) {
      const place = bucketOf(`user-${index}`, saltSeed("s"));
      const holder = (ranges: Split["ranges"]): string =>
        ranges.find(([, from, to]) => place >= from && place < to)?.[0] ?? "";
      const move = `${holder(half)}${holder(changed)}`;
      moves.set(move, (moves.get(move) ?? 0) + 1);
    }
    expect(moves.has("ab")).toBe(false);
    expect((moves.get("ba") ?? 0) / 5000).toBeCloseTo(0.1, 1);
  });
});
