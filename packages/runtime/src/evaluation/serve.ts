import { BUCKETS, type FlagConfiguration, type JsonValue, type Serve, type Split } from "../snapshot/model.ts";
import { bucketing } from "./bucket.ts";
import type { Outcome } from "./compiled-snapshot.ts";
import type { EvaluationContext, Reason } from "./details.ts";
import { failure, outcome } from "./outcome.ts";
import { compileRamp, openBuckets } from "./ramp.ts";
import { Unreadable } from "./unreadable.ts";

/** What is served, or `undefined` when a split leaves this context out. */
export type CompiledServe = (context: EvaluationContext, at: number) => Outcome | undefined;

/** A flag's configuration with its variants by name. */
export interface Variants {
  readonly configuration: FlagConfiguration;
  readonly values: ReadonlyMap<string, JsonValue>;
}

export function compileServe(serve: Serve, reason: Reason, variants: Variants, ruleId?: string): CompiledServe {
  if ("variant" in serve) {
    const served = variantOutcome(variants, serve.variant, reason, ruleId);
    return () => served;
  }
  if ("split" in serve) return compileSplit(serve.split, variants, ruleId);
  if ("default" in serve) {
    const served = outcome(variants.configuration.default, undefined, reason, ruleId);
    return () => served;
  }
  throw new Unreadable(`What is served, with the members ${Object.keys(serve).join(", ") || "(none)"}, is unknown.`);
}

export function variantOutcome(variants: Variants, name: string, reason: Reason, ruleId?: string): Outcome {
  const value = variants.values.get(name);
  if (value === undefined) throw new Unreadable(`The variant ${JSON.stringify(name)} does not exist.`);
  return outcome(value, name, reason, ruleId);
}

function compileSplit(split: Split, variants: Variants, ruleId: string | undefined): CompiledServe {
  const { by, fallbackBy, salt = variants.configuration.salt, algorithm, ranges, ramp } = split;
  if (algorithm !== "murmur3") throw new Unreadable(`The bucketing algorithm ${JSON.stringify(algorithm)} is unknown.`);
  checkRanges(ranges);
  const bucket = bucketing(by, fallbackBy, salt);
  const starts = ranges.map(([, from]) => from);
  const ends = ranges.map(([, , to]) => to);
  const served = ranges.map(([name]) => variantOutcome(variants, name, "SPLIT", ruleId));
  const share = ramp === undefined ? undefined : compileRamp(ramp);
  const unbucketed = failure(
    variants.configuration,
    by.includes("targetingKey") ? "TARGETING_KEY_MISSING" : "INVALID_CONTEXT",
    `The split needs ${by.join(" and ")}${fallbackBy === undefined ? "" : `, or ${fallbackBy}`}: a string, a number or a boolean.`,
  );

  return (context, at) => {
    const place = bucket(context);
    if (place === undefined) return unbucketed;
    const open = share === undefined ? BUCKETS : share(at);
    for (let index = 0; index < starts.length; index++) {
      const from = starts[index] as number;
      const to = ends[index] as number;
      if (place >= from && place < to)
        return open === BUCKETS || place < from + openBuckets(from, to, open) ? served[index] : undefined;
    }
    return undefined;
  };
}

function checkRanges(ranges: Split["ranges"]): void {
  const inOrder = ranges.filter(([, from, to]) => from < to).sort((a, b) => a[1] - b[1]);
  for (const [index, [name, from, to]] of ranges.entries())
    if (from > to)
      throw new Unreadable(`Range ${index} of a split, for ${JSON.stringify(name)}, ends before it starts.`);
  for (const [index, [, from]] of inOrder.entries())
    if (index > 0 && from < (inOrder[index - 1]?.[2] ?? 0))
      throw new Unreadable(`Two ranges of a split hold the bucket ${from}.`);
}
