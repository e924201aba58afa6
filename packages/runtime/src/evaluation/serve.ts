import type { FlagConfiguration, Serve, Split } from "../snapshot/model.ts";
import { bucketing, NO_BUCKET } from "./bucket.ts";
import type { Outcome } from "./compiled-snapshot.ts";
import type { EvaluationContext, Reason } from "./details.ts";
import { failure, outcome } from "./outcome.ts";
import { compileRamp, openBuckets } from "./ramp.ts";
import { Unreadable } from "./unreadable.ts";

/** One outcome for everybody, or a split. Data, so that what is common needs no call. */
export interface CompiledServe {
  readonly always: Outcome | undefined;
  /** Gives `undefined` when it leaves a context out. */
  readonly split: ((context: EvaluationContext, at: number) => Outcome | undefined) | undefined;
}

/** What is served, or `undefined` when a split leaves this context out. */
export function served({ always, split }: CompiledServe, context: EvaluationContext, at: number): Outcome | undefined {
  return split === undefined ? always : split(context, at);
}

/** A flag's configuration with its variants by name. */
export interface Variants {
  readonly configuration: FlagConfiguration;
  /** Their numbers, from 1. */
  readonly numbers: ReadonlyMap<string, number>;
}

/** `missed` is served to whom a split leaves out; without it the search goes on. */
export function compileServe(
  serve: Serve,
  reason: Reason,
  variants: Variants,
  ruleId?: string,
  missed?: Outcome,
): CompiledServe {
  if ("variant" in serve) return { always: variantOutcome(variants, serve.variant, reason, ruleId), split: undefined };
  if ("split" in serve) return { always: undefined, split: compileSplit(serve.split, variants, ruleId, missed) };
  if ("default" in serve)
    return { always: outcome(variants.configuration.default, undefined, reason, ruleId), split: undefined };
  throw new Unreadable(`What is served, with the members ${Object.keys(serve).join(", ") || "(none)"}, is unknown.`);
}

export function variantOutcome(variants: Variants, name: string, reason: Reason, ruleId?: string): Outcome {
  const number = variants.numbers.get(name) ?? 0;
  const variant = variants.configuration.variants[number - 1];
  if (variant === undefined) throw new Unreadable(`The variant ${JSON.stringify(name)} does not exist.`);
  return outcome(variant[1], name, reason, ruleId, number);
}

function compileSplit(
  split: Split,
  variants: Variants,
  ruleId: string | undefined,
  missed: Outcome | undefined,
): CompiledServe["split"] {
  const { by, fallbackBy, salt = variants.configuration.salt, algorithm, ranges, ramp } = split;
  if (algorithm !== "murmur3") throw new Unreadable(`The bucketing algorithm ${JSON.stringify(algorithm)} is unknown.`);
  const { edges, outcomes } = cellsOf(ranges, (name) => variantOutcome(variants, name, "SPLIT", ruleId), missed);
  const bucket = bucketing(by, fallbackBy, salt);
  const unbucketed = failure(
    variants.configuration,
    by.includes("targetingKey") ? "TARGETING_KEY_MISSING" : "INVALID_CONTEXT",
    `The split needs ${by.join(" and ")}${fallbackBy === undefined ? "" : `, or ${fallbackBy}`}: a string, a number or a boolean.`,
  );

  if (ramp === undefined)
    return (context) => {
      const place = bucket(context);
      return place === NO_BUCKET ? unbucketed : outcomes[cellOf(edges, place)];
    };

  const share = compileRamp(ramp);
  return (context, at) => {
    const place = bucket(context);
    if (place === NO_BUCKET) return unbucketed;
    const cell = cellOf(edges, place);
    const [from, to] = [edges[cell - 1], edges[cell]];
    if (from === undefined || to === undefined) return missed;
    return place < from + openBuckets(from, to, share(at)) ? outcomes[cell] : missed;
  };
}

/** Who is in which half is chance, which no processor predicts: to count the edges costs less than to branch at one. */
function cellOf(edges: readonly number[], place: number): number {
  let cell = 0;
  for (let index = 0; index < edges.length; index++) cell += 1 - ((place - (edges[index] as number)) >>> 31);
  return cell;
}

/** Buckets cut at the ranges' ends: `outcomes[n]` is for those with n edges at or below them. */
interface Cells {
  readonly edges: readonly number[];
  readonly outcomes: readonly (Outcome | undefined)[];
}

function cellsOf(ranges: Split["ranges"], outcomeOf: (variant: string) => Outcome, missed: Outcome | undefined): Cells {
  // A variant that does not exist makes the flag unreadable even where nobody would get it.
  const served = ranges.map(([name, from, to], index) => {
    if (from > to)
      throw new Unreadable(`Range ${index} of a split, for ${JSON.stringify(name)}, ends before it starts.`);
    return { from, to, outcome: outcomeOf(name) };
  });
  const edges: number[] = [];
  const outcomes: (Outcome | undefined)[] = [missed];
  for (const { from, to, outcome } of served.filter(({ from, to }) => from < to).sort((a, b) => a.from - b.from)) {
    const last = edges.at(-1) ?? -1;
    if (from < last) throw new Unreadable(`Two ranges of a split hold the bucket ${from}.`);
    if (from === last) outcomes.pop();
    else edges.push(from);
    edges.push(to);
    outcomes.push(outcome, missed);
  }
  return { edges, outcomes };
}
