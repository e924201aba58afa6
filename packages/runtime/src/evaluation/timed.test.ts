import * as fc from "fast-check";
import { expect, test } from "vitest";
import { compile } from "./compile.ts";
import { regularExpressions } from "./regular-expressions.ts";
import { contexts, snapshots, times } from "./testing/arbitrary-snapshot.ts";

test("a flag that is not timed gives everybody the same at any time", () => {
  let untimed = 0;
  let timed = 0;
  fc.assert(
    fc.property(snapshots, contexts, times, times, (snapshot, context, first, second) => {
      const { flags } = compile(snapshot, { regularExpressions });
      const still = flags.filter((flag) => !flag.timed);
      untimed += still.length;
      timed += flags.length - still.length;
      for (const flag of still) expect(flag.evaluate(context, first)).toBe(flag.evaluate(context, second));
    }),
    { numRuns: 1000 },
  );
  expect(Math.min(untimed, timed)).toBeGreaterThan(300);
});
