import { BUCKETS } from "../snapshot/model.ts";
import { bucketOf, saltSeed } from "./bucket.ts";

/** A hundred times as many as there are buckets: not to find one among them is as good as impossible. */
const MAX_TRIES = 100 * BUCKETS;

/**
 * A bucketing value that falls into this bucket under this salt, always the same one: tests put a person where they
 * want without touching the evaluator. About 100,000 hashes, some milliseconds.
 *
 * @throws {RangeError} when the bucket is no integer from 0 to 99,999.
 *
 * @example
 * ```ts
 * valueInBucket(25_000, "new-checkout"); // "bucket-…"
 * ```
 */
export function valueInBucket(bucket: number, salt: string): string {
  if (!Number.isInteger(bucket) || bucket < 0 || bucket >= BUCKETS)
    throw new RangeError(`A bucket is an integer from 0 to ${BUCKETS - 1}, not ${bucket}.`);
  const seed = saltSeed(salt);
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    const value = `bucket-${attempt}`;
    if (bucketOf(value, seed) === bucket) return value;
  }
  throw new RangeError(`No value was found for bucket ${bucket}.`);
}
