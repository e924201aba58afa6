import { applyPatch } from "@flagwright/runtime";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { mergePatches } from "./merge-patches.ts";
import { flag, patchAt, snapshotAt } from "./testing/model-flags.ts";

const keys = ["a", "b", "c", "__proto__", "constructor"];

test("a merged patch does to every snapshot what its parts do one after the other", () => {
  const step = fc.record({
    put: fc.uniqueArray(fc.constantFrom(...keys)),
    on: fc.boolean(),
    gone: fc.uniqueArray(fc.constantFrom(...keys)),
  });
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.constantFrom(...keys)),
      fc.array(step, { minLength: 1, maxLength: 8 }),
      (start, steps) => {
        const before = snapshotAt(
          1,
          10,
          start.map((key) => flag(key)),
        );
        const patches = steps.map(({ put, on, gone }, index) =>
          patchAt(
            1,
            10 + index,
            put.map((key) => flag(key, on)),
            gone.filter((key) => !put.includes(key)),
          ),
        );
        const oneByOne = patches.reduce(applyPatch, before);
        const atOnce = applyPatch(before, mergePatches(patches));
        const sorted = (snapshot: typeof before): unknown => ({
          ...snapshot,
          flags: snapshot.flags.toSorted((x, y) => (x.key < y.key ? -1 : 1)),
        });
        expect(sorted(atOnce)).toEqual(sorted(oneByOne));
      },
    ),
  );
});

test("patches with a gap between them are not merged", () => {
  expect(() => mergePatches([patchAt(1, 1), patchAt(1, 3)])).toThrow("does not follow 1-2");
  expect(() => mergePatches([patchAt(1, 1), patchAt(2, 2)])).toThrow("does not follow 1-2");
  expect(() => mergePatches([])).toThrow(RangeError);
});
