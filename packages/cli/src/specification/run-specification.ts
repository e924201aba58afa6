import { type CompiledSnapshot, explain, explanationLines, type JsonValue, valueInBucket } from "@flagwright/runtime";
import { regularExpressions } from "@flagwright/runtime/node";
import { sameJson } from "@flagwright/schema";
import type { Expected, SpecificationCase, SpecificationResult } from "./specification.ts";

/** Asks one case of a snapshot. A test of a flag that does not exist fails. */
export function runCase(test: SpecificationCase, compiled: CompiledSnapshot, now: number): SpecificationResult {
  const flag = compiled.flag(test.flag);
  if (flag === undefined) return failed(test, `there is no flag ${test.flag}`);
  const { bucketBy, salt } = flag.configuration;
  if (test.bucket !== undefined && bucketBy === null) return failed(test, `${test.flag} has no bucketing attribute`);
  const placed = test.bucket === undefined || bucketBy === null ? {} : { [bucketBy]: valueInBucket(test.bucket, salt) };
  const context = { ...test.context, ...placed };
  const explanation = explain(compiled, test.flag, context, test.at ?? now, { regularExpressions });
  const { outcome } = explanation;
  if (outcome === undefined) return failed(test, `there is no flag ${test.flag}`);
  const differences = differencesOf(test.expect, {
    value: outcome.value,
    variant: outcome.variant ?? null,
    reason: outcome.reason,
    rule: outcome.ruleId ?? null,
    error: outcome.errorCode ?? null,
  });
  return { case: test, differences, explanation: differences.length === 0 ? [] : explanationLines(explanation) };
}

function failed(test: SpecificationCase, difference: string): SpecificationResult {
  return { case: test, differences: [difference], explanation: [] };
}

function differencesOf(expected: Expected, actual: Required<Expected>): readonly string[] {
  return (Object.keys(expected) as (keyof Expected)[]).flatMap((name) => {
    const [wanted, found] = [expected[name] as JsonValue, actual[name] as JsonValue];
    return sameJson(wanted, found) ? [] : [`${name}: expected ${JSON.stringify(wanted)}, got ${JSON.stringify(found)}`];
  });
}
