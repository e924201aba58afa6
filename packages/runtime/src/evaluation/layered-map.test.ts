import * as fc from "fast-check";
import { expect, test } from "vitest";
import { LayeredMap } from "./layered-map.ts";

test("copies behave as maps that are copied whole, and leave what they are copied from alone", () => {
  const key = fc.integer({ min: 0, max: 400 }).map(String);
  const change = fc.record({
    put: fc.array(fc.tuple(key, fc.integer()), { maxLength: 80 }),
    gone: fc.array(key, { maxLength: 40 }),
  });
  fc.assert(
    fc.property(fc.array(fc.tuple(key, fc.integer())), fc.array(change, { maxLength: 12 }), (start, changes) => {
      let layered = new LayeredMap(new Map(start));
      let plain = new Map(start);
      const seen: [LayeredMap<number>, Map<string, number>][] = [[layered, plain]];
      for (const { put, gone } of changes) {
        layered = layered.changed(put, gone);
        plain = new Map(plain);
        for (const each of gone) plain.delete(each);
        for (const [each, value] of put) plain.set(each, value);
        seen.push([layered, plain]);
      }
      for (const [actual, expected] of seen)
        for (let index = 0; index <= 400; index++) expect(actual.get(String(index))).toBe(expected.get(String(index)));
    }),
    { numRuns: 50 },
  );
});
