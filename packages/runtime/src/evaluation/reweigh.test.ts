import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BUCKETS, type Split } from "../snapshot/model.ts";
import { reweigh, type Weight } from "./reweigh.ts";

type Ranges = Split["ranges"];

const names = ["a", "b", "c", "d"];

/** Weights in steps of 1,000 buckets, so that a thousand of them can be looked at one by one. */
const weights: fc.Arbitrary<readonly Weight[]> = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...names), fc.integer({ min: 0, max: 50 })), { selector: ([name]) => name })
  .map((drawn) => {
    let left = 100;
    return drawn.map(([name, share]): Weight => {
      const given = Math.min(share, left);
      left -= given;
      return [name, given * 1000];
    });
  });

function holder(ranges: Ranges, bucket: number): string | undefined {
  const holders = ranges.filter(([, from, to]) => bucket >= from && bucket < to);
  expect(holders.length).toBeLessThanOrEqual(1);
  return holders[0]?.[0];
}

function assignment(ranges: Ranges): (string | undefined)[] {
  return Array.from({ length: BUCKETS / 1000 }, (_, index) => holder(ranges, index * 1000));
}

function share(ranges: Ranges, name: string): number {
  return ranges.filter(([variant]) => variant === name).reduce((sum, [, from, to]) => sum + to - from, 0);
}

describe("reweigh", () => {
  test("without previous ranges the variants follow each other from bucket 0", () => {
    expect(
      reweigh(
        [],
        [
          ["a", 25_000],
          ["b", 75_000],
        ],
      ),
    ).toEqual([
      ["a", 0, 25_000],
      ["b", 25_000, 100_000],
    ]);
  });

  test("a rollout that is raised grows in one piece, and lowering it undoes the raise", () => {
    const tenth = reweigh(
      [],
      [
        ["on", 10_000],
        ["off", 90_000],
      ],
    );
    const half = reweigh(tenth, [
      ["on", 50_000],
      ["off", 50_000],
    ]);
    expect(half).toEqual([
      ["on", 0, 50_000],
      ["off", 50_000, 100_000],
    ]);
    expect(
      reweigh(half, [
        ["on", 10_000],
        ["off", 90_000],
      ]),
    ).toEqual(tenth);
  });

  test("a rollout that leaves the rest to the next rule grows from its end", () => {
    expect(reweigh([["on", 0, 10_000]], [["on", 30_000]])).toEqual([["on", 0, 30_000]]);
  });

  test("every variant gets its weight, and only what must move moves", () => {
    fc.assert(
      fc.property(fc.array(weights, { minLength: 2, maxLength: 5 }), (steps) => {
        let ranges: Ranges = [];
        for (const wanted of steps) {
          const next = reweigh(ranges, wanted);
          for (const [name, buckets] of wanted) expect(share(next, name)).toBe(buckets);
          expect(next.reduce((sum, [, from, to]) => sum + to - from, 0)).toBe(
            wanted.reduce((sum, [, n]) => sum + n, 0),
          );
          const before = assignment(ranges);
          const after = assignment(next);
          const moved = after.filter((name, index) => name !== before[index]).length;
          const all = [...names, undefined];
          const grown = all.map(
            (name) => after.filter((n) => n === name).length - before.filter((n) => n === name).length,
          );
          expect(moved).toBe(grown.reduce((sum, by) => sum + Math.max(0, by), 0));
          const evicted = before.filter(
            (name, index) => name !== undefined && (grown[all.indexOf(name)] ?? 0) >= 0 && after[index] !== name,
          );
          expect(evicted).toEqual([]);
          ranges = next;
        }
      }),
      { numRuns: 200 },
    );
  });

  test.each([
    [
      [
        ["a", 60_000],
        ["b", 50_000],
      ],
      /add up to 110000/,
    ],
    [[["a", -1]], /no integer/],
    [[["a", 0.5]], /no integer/],
    [
      [
        ["a", 1],
        ["a", 2],
      ],
      /two weights/,
    ],
  ] as const)("refuses %j", (wanted, message) => {
    expect(() => reweigh([], wanted)).toThrow(message);
  });
});
