import { MAX_ATTRIBUTE_LENGTH } from "../snapshot/limits.ts";
import { BUCKETS } from "../snapshot/model.ts";
import { attributeReader, type ReadAttribute, readAt, siteOf } from "./attribute.ts";
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
  return bucketOfHash(signedMurmur3(value, seed));
}

/**
 * `floor(h · 100000 / 2^32)` in whole numbers of 32 bits, which engines neither round nor allocate: 100000 / 2^32 is
 * 3125 / 2^27, and the hash is multiplied in two halves.
 */
export function bucketOfHash(hash: number): number {
  return (Math.imul(hash >>> 16, PARTS) + (Math.imul(hash & 0xffff, PARTS) >>> 16)) >>> 11;
}

/** How a context is put into a bucket. When one of `by` is missing, `fallbackBy` alone is hashed. */
export function bucketing(by: readonly string[], fallbackBy: string | undefined, salt: string): Bucketing {
  const [name, second] = by;
  if (name === undefined) throw new Unreadable("A bucket is made of no attribute.");
  const seed = saltSeed(salt);
  const site = siteOf(name);
  const ways = [by, ...(fallbackBy === undefined ? [] : [[fallbackBy]])].map((names) =>
    names.map((each) => attributeReader([each])),
  );
  return (context) => {
    // Nearly every split is by one id that is a string.
    const id = second === undefined ? readAt(context, name, site) : undefined;
    const text = typeof id === "string" && id.length <= MAX_ATTRIBUTE_LENGTH ? id : bucketingText(ways, context);
    return text === undefined ? NO_BUCKET : bucketOf(text, seed);
  };
}

/** The text that is hashed: of the first way whose attributes are all there. */
function bucketingText(ways: readonly (readonly ReadAttribute[])[], context: EvaluationContext): string | undefined {
  for (const readers of ways) {
    const parts: string[] = [];
    const isWhole = readers.every((read) => {
      const value = read(context);
      // Numbers as ECMAScript writes them (`1`, `0.1`, `1e+21`, -0 as `0`), booleans as `true` and `false`.
      return value !== undefined && typeof value !== "object" && parts.push(String(value)) > 0;
    });
    if (isWhole) return parts.join(separator);
  }
  return undefined;
}
