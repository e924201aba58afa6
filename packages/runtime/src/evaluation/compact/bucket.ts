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
  const ways = [by, ...(fallbackBy === undefined ? [] : [[fallbackBy]])].map((names) => names.map(attributeReader));
  return (context) => {
    for (const readers of ways) {
      const parts: unknown[] = [];
      const isScalar = (part: unknown): boolean =>
        parts.push(part) > 0 && part !== undefined && typeof part !== "object";
      if (readers.every((read) => isScalar(read(context))))
        return Math.floor((murmur3(parts.join("\u001f"), seed) * BUCKETS) / 0x1_0000_0000);
    }
    return undefined;
  };
}

/** MurmurHash3_x86_32 of the UTF-8 bytes, as in `evaluation/murmur3.ts`, which is larger and allocates nothing. */
export function murmur3(text: string, seed: number): number {
  // UTF-8 takes three bytes at the most for a unit of UTF-16. Beyond what is written there are zeros.
  const bytes = new Uint8Array(3 * text.length + 4);
  const { written } = new TextEncoder().encodeInto(text, bytes);
  const view = new DataView(bytes.buffer);
  const mixed = (hash: number, shift: number, factor: number): number => Math.imul(hash ^ (hash >>> shift), factor);
  let hash = seed;
  for (let at = 0; at < written; at += 4) {
    const block = Math.imul(view.getInt32(at, true), 0xcc9e2d51);
    hash ^= Math.imul((block << 15) | (block >>> 17), 0x1b873593);
    if (at + 4 <= written) hash = Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64;
  }
  hash = mixed(mixed(hash ^ written, 16, 0x85ebca6b), 13, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
