import type { CompiledSnapshot, Outcome } from "./compiled-snapshot.ts";
import type { EvaluationContext } from "./details.ts";

/**
 * The answers of all flags for one context, in the order of `compiled.snapshot.flags`.
 *
 * @example
 * ```ts
 * const outcomes = evaluateAll(compiled, context, Date.now());
 * compiled.snapshot.flags.map(({ key }, index) => [key, outcomes[index]?.value]);
 * ```
 */
export function evaluateAll(compiled: CompiledSnapshot, context: EvaluationContext, at: number): readonly Outcome[] {
  return compiled.flags.map((flag) => flag.evaluate(context, at));
}
