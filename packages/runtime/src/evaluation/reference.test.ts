import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { questions } from "./testing/arbitrary-operand.ts";
import { contexts, snapshots, start, times } from "./testing/arbitrary-snapshot.ts";
import { differencesIn } from "./testing/compare.ts";
import { bothAnswers } from "./testing/compare-operator.ts";

describe("the evaluator and the reference evaluator", () => {
  test("agree on random snapshots and contexts", () => {
    const reasons = new Map<string, number>();
    fc.assert(
      fc.property(
        snapshots,
        fc.array(fc.tuple(contexts, times), { minLength: 10, maxLength: 10 }),
        (snapshot, asked) => {
          expect(differencesIn(snapshot, asked, reasons)).toEqual([]);
        },
      ),
      { numRuns: 1000 },
    );
    // A comparison of nothing but errors would prove little: each kind of answer must be well represented.
    for (const reason of ["STATIC", "DEFAULT", "TARGETING_MATCH", "SPLIT", "DISABLED", "ERROR"])
      expect([reason, (reasons.get(reason) ?? 0) > 400]).toEqual([reason, true]);
  });

  test("agree on every operator, whether it takes an operand and what it is true of", () => {
    const seen = { true: 0, false: 0, refused: 0 };
    fc.assert(
      fc.property(questions, ({ operator, operand, value }) => {
        const { evaluator, reference } = bothAnswers(operator, operand, value, start);
        expect(evaluator).toBe(reference);
        seen[`${evaluator}`]++;
      }),
      { numRuns: 20_000 },
    );
    expect(Math.min(seen.true, seen.false, seen.refused)).toBeGreaterThan(400);
  });
});
