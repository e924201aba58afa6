import { BUCKETS, reweigh, type Serve, type Split, type Weight } from "@flagwright/runtime";
import type { FlagDefinition } from "@flagwright/schema";
import { Failure } from "../failure.ts";

/** `none=50`, `small=12.5%`: a variant and its share in percent. */
export interface Share {
  readonly variant: string;
  readonly percent: number;
}

/** Shares that should be 100 may miss it by this much, as thirds written with three digits do. */
const ROUNDING = 0.01;

/** @throws Failure for a word that is no share. */
export function parseShares(words: readonly string[]): readonly Share[] {
  return words
    .flatMap((word) => word.split(","))
    .filter((word) => word !== "")
    .map((word) => {
      const match = /^(.+)=(\d+(?:\.\d+)?)\s*%?$/.exec(word.trim());
      const [, variant, percent] = match ?? [];
      if (variant === undefined || Number(percent) > 100)
        throw new Failure(`"${word}" is no share of a split.`, {
          help: "Write variant=percent, such as: none=50 small=50",
        });
      return { variant, percent: Number(percent) };
    });
}

/** @throws Failure for text that is no percentage. */
export function parsePercent(text: string): number {
  const percent = Number(text.replace(/\s*%$/, ""));
  if (text.trim() === "" || !(percent >= 0 && percent <= 100))
    throw new Failure(`"${text}" is no percentage from 0 to 100.`);
  return percent;
}

/**
 * A split of these shares that moves as few people as it can away from what `before` served them. What `before` said
 * about salt and bucketing stays.
 *
 * @throws Failure when the flag cannot split or the shares do not add up.
 */
export function splitOf(shares: readonly Share[], before: Serve, { key, kind, bucketBy }: FlagDefinition): Serve {
  const old: Partial<Split> = "split" in before ? before.split : {};
  const by = old.by ?? (bucketBy === null ? undefined : [bucketBy]);
  if (by === undefined)
    throw new Failure(`${key} cannot serve a split: it has no bucketBy (it is of kind ${kind}).`, {
      help: "Add bucketBy: targetingKey to its definition, and generate again: callers will have to give that attribute.",
    });
  const sum = shares.reduce((total, { percent }) => total + percent, 0);
  if (Math.abs(sum - 100) > ROUNDING)
    throw new Failure(`The shares add up to ${Number(sum.toFixed(3))} %, not to 100 %.`);
  const repeated = shares.find(
    ({ variant }, index) => shares.findIndex((other) => other.variant === variant) !== index,
  );
  if (repeated !== undefined) throw new Failure(`The variant ${repeated.variant} has two shares.`);
  const { ramp: _ended, ...kept } = old;
  return { split: { ...kept, by, algorithm: "murmur3", ranges: reweigh(rangesOf(before), weightsOf(shares)) } };
}

/** One variant for everybody is a split too, so that the first step of a rollout moves only its share. */
function rangesOf(serve: Serve): Split["ranges"] {
  if ("split" in serve) return serve.split.ranges;
  return "variant" in serve ? [[serve.variant, 0, BUCKETS]] : [];
}

/** Whole buckets that add up: what rounding leaves over goes to the largest share. */
function weightsOf(shares: readonly Share[]): readonly Weight[] {
  const weights = shares.map(({ variant, percent }) => [variant, Math.round((percent / 100) * BUCKETS)] as const);
  const left = BUCKETS - weights.reduce((sum, [, buckets]) => sum + buckets, 0);
  const largest = Math.max(...weights.map(([, buckets]) => buckets));
  const at = weights.findIndex(([, buckets]) => buckets === largest);
  return weights.map(([variant, buckets], index) => [variant, index === at ? buckets + left : buckets]);
}
