import { BUCKETS } from "../../snapshot/model.ts";
import type { EvaluationContext } from "../details.ts";
import { Unreadable } from "../unreadable.ts";
import { attributeReader } from "./attribute.ts";

/** How a context is put into a bucket from 0 to 99,999: `undefined` when an attribute is missing or no scalar. */
export function bucketing(
  by: readonly string[],
  fallbackBy: string | undefined,
  salt: string,
): (context: EvaluationContext) => number | undefined {
  if (by.length === 0) throw new Unreadable("No attribute is named.");
  const seed = murmur3(salt, 0);
  const ways = [by, fallbackBy === undefined ? [] : [fallbackBy]].map((names) => names.map(attributeReader));
  return (context) => {
    for (const readers of ways) {
      const parts: unknown[] = [];
      const isWhole = readers.every((read) => {
        const part = read(context);
        return parts.push(part) > 0 && part !== undefined && typeof part !== "object";
      });
      if (isWhole && parts.length > 0)
        return Math.floor((murmur3(parts.join("\u001f"), seed) * BUCKETS) / 0x1_0000_0000);
    }
    return undefined;
  };
}

/** MurmurHash3_x86_32 of the UTF-8 bytes, as in `evaluation/murmur3.ts`, which is larger and allocates nothing. */
export function murmur3(text: string, seed: number): number {
  const bytes = new TextEncoder().encode(text);
  const { length } = bytes;
  const mixed = (hash: number, shift: number, factor: number): number => Math.imul(hash ^ (hash >>> shift), factor);
  let hash = seed;
  for (let at = 0; at < length; at += 4) {
    // Beyond the end there is nothing, which counts as 0.
    const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(at, at + 4);
    const block = Math.imul(a | (b << 8) | (c << 16) | (d << 24), 0xcc9e2d51);
    hash ^= Math.imul((block << 15) | (block >>> 17), 0x1b873593);
    if (at + 4 <= length) hash = Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64;
  }
  hash = mixed(mixed(hash ^ length, 16, 0x85ebca6b), 13, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
