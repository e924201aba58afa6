import { BUCKETS } from "../snapshot/model.ts";
import { type AttributeValue, attributeReader, type ReadAttribute } from "./attribute.ts";
import type { EvaluationContext } from "./details.ts";
import { murmur3 } from "./murmur3.ts";
import { Unreadable } from "./unreadable.ts";

/** A bucket from 0 to 99,999, or `undefined` when an attribute it is made of is missing or no scalar. */
export type Bucketing = (context: EvaluationContext) => number | undefined;

/** Between the parts of a composite bucketing value: U+001F, the unit separator. */
const separator = "\u001f";

/** The seed that stands for a salt: one hash saved per evaluation, the same answer. */
export function saltSeed(salt: string): number {
  return murmur3(salt, 0);
}

/**
 * `floor(h · 100000 / 2^32)` with `h = murmur3_x86_32(utf8(value), seed = murmur3_x86_32(utf8(salt), 0))`.
 *
 * @example
 * ```ts
 * bucketOf("user-1", saltSeed("new-checkout")); // an integer from 0 to 99,999
 * ```
 */
export function bucketOf(value: string, seed: number): number {
  return Math.floor((murmur3(value, seed) * BUCKETS) / 0x1_0000_0000);
}

/** How a context is put into a bucket. When one of `by` is missing, `fallbackBy` alone is hashed. */
export function bucketing(by: readonly string[], fallbackBy: string | undefined, salt: string): Bucketing {
  const seed = saltSeed(salt);
  const value = bucketingValue(by, fallbackBy);
  return (context) => {
    const text = value(context);
    return text === undefined ? undefined : bucketOf(text, seed);
  };
}

/** The text that is hashed, or `undefined`. */
function bucketingValue(
  by: readonly string[],
  fallbackBy: string | undefined,
): (context: EvaluationContext) => string | undefined {
  const [first, ...rest] = by.map((attribute) => attributeReader([attribute]));
  if (first === undefined) throw new Unreadable("A bucket is made of no attribute.");
  const own = rest.length === 0 ? single(first) : composite([first, ...rest]);
  if (fallbackBy === undefined) return own;
  const fallback = single(attributeReader([fallbackBy]));
  return (context) => own(context) ?? fallback(context);
}

function single(read: ReadAttribute): (context: EvaluationContext) => string | undefined {
  return (context) => {
    const value = read(context);
    return typeof value === "string" ? value : bucketingText(value);
  };
}

function composite(reads: readonly ReadAttribute[]): (context: EvaluationContext) => string | undefined {
  return (context) => {
    const parts: string[] = [];
    for (const read of reads) {
      const part = bucketingText(read(context));
      if (part === undefined) return undefined;
      parts.push(part);
    }
    return parts.join(separator);
  };
}

/** Numbers as ECMAScript writes them (`1`, `0.1`, `1e+21`), booleans as `true` and `false`. */
function bucketingText(value: AttributeValue): string | undefined {
  if (typeof value === "string") return value;
  // -0 is written as 0.
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}
