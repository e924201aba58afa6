import { expect } from "vitest";
import type { Snapshot } from "../../snapshot/model.ts";
import { compactFlags } from "../compact/snapshot.ts";
import { compile } from "../compile.ts";
import type { EvaluationContext, EvaluationDetails } from "../details.ts";
import { operatorEnvironment } from "../operators/operators.ts";
import { regularExpressions } from "../regular-expressions.ts";

const environment = operatorEnvironment(regularExpressions);

/** What is promised to be the same everywhere: all of an answer but the words of an error. */
function essence(answer: object | undefined): string {
  const { value, variant, reason, ruleId, errorCode } = (answer ?? {}) as Partial<EvaluationDetails>;
  return JSON.stringify({ value, variant, reason, ruleId, errorCode });
}

/** Asks every flag of both evaluators, and fails where they differ. */
export function expectSameAnswers(
  snapshot: Snapshot,
  asked: readonly (readonly [context: unknown, at: number])[],
): void {
  const large = compile(snapshot, { regularExpressions });
  const small = compactFlags(snapshot, environment);
  for (const { key } of snapshot.flags)
    for (const [index, [context, at]] of asked.entries()) {
      const answer = essence(small.get(key)?.evaluate(context, at));
      const expected = essence(large.flag(key)?.evaluate(context as EvaluationContext, at));
      // A context may be anything, also what cannot be shown, so it is named by its place.
      if (answer !== expected) expect([key, index, answer]).toEqual([key, index, expected]);
    }
}
