import { expect, test } from "vitest";
import { bucketOf, saltSeed } from "./bucket.ts";
import { valueInBucket } from "./bucket-value.ts";

test.each([0, 1, 25_000, 99_999])("a value is found for bucket %i", (bucket) => {
  expect(bucketOf(valueInBucket(bucket, "salt"), saltSeed("salt"))).toBe(bucket);
});

test.each([-1, 100_000, 0.5, Number.NaN])("%d is no bucket", (bucket) => {
  expect(() => valueInBucket(bucket, "salt")).toThrow(RangeError);
});
