import type { Snapshot } from "../../snapshot/model.ts";
import { compile } from "../compile.ts";
import type { EvaluationContext } from "../details.ts";
import { regularExpressions } from "../regular-expressions.ts";
import { referenceEvaluate } from "./reference-evaluator.ts";

export interface Difference {
  readonly flag: string;
  readonly context: unknown;
  readonly at: number;
  readonly evaluator: unknown;
  readonly reference: unknown;
}

/** Where the two evaluators disagree about a snapshot's flags, for these contexts and times. Reasons are counted. */
export function differencesIn(
  snapshot: Snapshot,
  asked: readonly (readonly [context: EvaluationContext, at: number])[],
  reasons: Map<string, number> = new Map(),
): readonly Difference[] {
  const compiled = compile(snapshot, { regularExpressions });
  const differences: Difference[] = [];
  for (const { key } of snapshot.flags)
    for (const [context, at] of asked) {
      const outcome = compiled.flag(key)?.evaluate(context, at);
      const expected = referenceEvaluate(snapshot, key, context, at);
      if (outcome === undefined || expected === undefined) throw new Error(`The flag ${key} is not there.`);
      reasons.set(outcome.reason, (reasons.get(outcome.reason) ?? 0) + 1);
      const same =
        outcome.value === expected.value &&
        outcome.variant === expected.variant &&
        outcome.reason === expected.reason &&
        outcome.ruleId === expected.ruleId &&
        outcome.errorCode === expected.errorCode;
      if (!same) differences.push({ flag: key, context, at, evaluator: outcome, reference: expected });
    }
  return differences;
}
