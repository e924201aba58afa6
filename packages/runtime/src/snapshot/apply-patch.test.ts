import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { makeFlag, makeSegment, makeSnapshot } from "../evaluation/testing/make.ts";
import { applyPatch, continues } from "./apply-patch.ts";
import type { Patch } from "./model.ts";

function patch(put: readonly string[], gone: readonly string[], change: Partial<Patch> = {}): Patch {
  return {
    format: 1,
    epoch: 1,
    from: 1,
    to: 2,
    put: { flags: put.map((key) => makeFlag(key, { salt: "new" })), segments: [] },
    delete: { flags: gone, segments: [] },
    ...change,
  };
}

describe("applyPatch", () => {
  const before = makeSnapshot([makeFlag("a"), makeFlag("b"), makeFlag("c")], { segments: [makeSegment("s")] });
  const keys = (after: typeof before): readonly string[] =>
    after.flags.map(({ key, salt }) => (salt === "new" ? `${key}!` : key));

  test("puts in place, appends what is new, deletes, and leaves the old snapshot alone", () => {
    expect(keys(applyPatch(before, patch(["b", "d"], [])))).toEqual(["a", "b!", "c", "d!"]);
    expect(keys(applyPatch(before, patch(["b", "d"], ["a", "unknown"])))).toEqual(["b!", "c", "d!"]);
    expect(applyPatch(before, patch(["b"], []))).toMatchObject({ revision: 2, epoch: 1 });
    expect(applyPatch(before, patch(["b"], [])).segments).toBe(before.segments);
    expect(keys(before)).toEqual(["a", "b", "c"]);
  });

  test("gives the same whether few or many flags change", () => {
    const key = fc.integer({ min: 0, max: 60 }).map(String);
    fc.assert(
      fc.property(fc.uniqueArray(key), fc.uniqueArray(key, { maxLength: 40 }), (old, put) => {
        const start = makeSnapshot(old.map((each) => makeFlag(each)));
        const expected = [
          ...old.map((each) => (put.includes(each) ? `${each}!` : each)),
          ...put.filter((each) => !old.includes(each)).map((each) => `${each}!`),
        ];
        expect(keys(applyPatch(start, patch(put, [])))).toEqual(expected);
        expect(keys(applyPatch(start, patch(put, ["none"])))).toEqual(expected);
      }),
    );
  });

  test.each([{ from: 2, to: 3 }, { epoch: 2 }, { from: 0 }])("refuses a patch that starts elsewhere: %j", (change) => {
    expect(continues(before, patch([], [], change))).toBe(false);
    expect(() => applyPatch(before, patch([], [], change))).toThrow(RangeError);
  });
});
