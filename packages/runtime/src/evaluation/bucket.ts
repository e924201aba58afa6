import { MAX_ATTRIBUTE_LENGTH } from "../snapshot/limits.ts";
import { BUCKETS } from "../snapshot/model.ts";
import { type AttributeValue, attributeReader, type ReadAttribute } from "./attribute.ts";
import type { EvaluationContext } from "./details.ts";
import { murmur3, signedMurmur3 } from "./murmur3.ts";
import { Unreadable } from "./unreadable.ts";

/** A bucket from 0 to 99,999, or {@link NO_BUCKET}. */
export type Bucketing = (context: EvaluationContext) => number;

/** An attribute that the bucket is made of is missing or no scalar. In no range; an integer, as all buckets are. */
export const NO_BUCKET = -1;

const PARTS = BUCKETS / 32;

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
  const hash = signedMurmur3(value, seed);
  // The formula in whole numbers of 32 bits: 100000 / 2^32 is 3125 / 2^27, and the hash is multiplied in two halves.
  return (Math.imul(hash >>> 16, PARTS) + (Math.imul(hash & 0xffff, PARTS) >>> 16)) >>> 11;
}

/** How a context is put into a bucket. When one of `by` is missing, `fallbackBy` alone is hashed. */
export function bucketing(by: readonly string[], fallbackBy: string | undefined, salt: string): Bucketing {
  const seed = saltSeed(salt);
  const value = bucketingValue(by, fallbackBy);
  const byKey = by.length === 1 && by[0] === "targetingKey";
  return (context) => {
    // Nearly every split is by an id that is a string. It needs no reader.
    const key = byKey ? context.targetingKey : undefined;
    const text = typeof key === "string" && key.length <= MAX_ATTRIBUTE_LENGTH ? key : value(context);
    return text === undefined ? NO_BUCKET : bucketOf(text, seed);
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
