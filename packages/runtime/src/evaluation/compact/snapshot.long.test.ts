import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parseSnapshot } from "../../snapshot/parse-snapshot.ts";
import { contexts, snapshots, times } from "../testing/arbitrary-snapshot.ts";
import { expectSameAnswers } from "../testing/compare-compact.ts";

const tenMinutes = 600_000;

test(
  "the two evaluators agree on a million pairs of snapshot and context",
  () => {
    let pairs = 0;
    fc.assert(
      fc.property(
        snapshots.filter((snapshot) => parseSnapshot(snapshot).ok),
        fc.array(fc.tuple(contexts, times), { minLength: 20, maxLength: 20 }),
        (snapshot, asked) => {
          expectSameAnswers(snapshot, asked);
          pairs += asked.length;
        },
      ),
      { numRuns: 50_000 },
    );
    expect(pairs).toBeGreaterThanOrEqual(1_000_000);
  },
  tenMinutes,
);
