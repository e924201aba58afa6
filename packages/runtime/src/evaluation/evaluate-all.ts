import type { CompiledSnapshot, Outcome } from "./compiled-snapshot.ts";
import type { EvaluationContext } from "./details.ts";

/**
 * The answers of all flags for one context, by wire key and in the order of the snapshot.
 *
 * @example
 * ```ts
 * for (const [key, { value }] of evaluateAll(compiled, context, Date.now())) console.log(key, value);
 * ```
 */
export function evaluateAll(
  compiled: CompiledSnapshot,
  context: EvaluationContext,
  at: number,
): ReadonlyMap<string, Outcome> {
  const outcomes = new Map<string, Outcome>();
  for (const { key } of compiled.snapshot.flags) {
    const flag = compiled.flag(key);
    if (flag !== undefined) outcomes.set(key, flag.evaluate(context, at));
  }
  return outcomes;
}
