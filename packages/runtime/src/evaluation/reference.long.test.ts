import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { questions } from "./testing/arbitrary-operand.ts";
import { contexts, snapshots, start, times } from "./testing/arbitrary-snapshot.ts";
import { differencesIn } from "./testing/compare.ts";
import { bothAnswers } from "./testing/compare-operator.ts";

const tenMinutes = 600_000;

describe("the evaluator and the reference evaluator, at length", () => {
  test(
    "agree on a million pairs of snapshot and context",
    () => {
      const reasons = new Map<string, number>();
      let pairs = 0;
      fc.assert(
        fc.property(
          snapshots,
          fc.array(fc.tuple(contexts, times), { minLength: 20, maxLength: 20 }),
          (snapshot, asked) => {
            expect(differencesIn(snapshot, asked, reasons)).toEqual([]);
            pairs += asked.length;
          },
        ),
        { numRuns: 50_000 },
      );
      console.log(
        `${pairs} pairs of snapshot and context; answers by reason: ${JSON.stringify(Object.fromEntries(reasons))}`,
      );
      expect(pairs).toBeGreaterThanOrEqual(1_000_000);
    },
    tenMinutes,
  );

  test(
    "agree on a million questions to operators",
    () => {
      let differences = 0;
      fc.assert(
        fc.property(questions, ({ operator, operand, value }) => {
          const { evaluator, reference } = bothAnswers(operator, operand, value, start);
          if (evaluator === reference) return true;
          differences++;
          return false;
        }),
        { numRuns: 1_000_000 },
      );
      expect(differences).toBe(0);
    },
    tenMinutes,
  );
});
