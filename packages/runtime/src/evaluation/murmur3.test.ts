import { describe, expect, test } from "vitest";
import { murmur3 } from "./murmur3.ts";

/** Straight from the algorithm's description, over bytes. */
function overBytes(bytes: Uint8Array, seed: number): number {
  let hash = BigInt(seed >>> 0);
  const mask = 0xffffffffn;
  const rotate = (value: bigint, by: bigint): bigint => ((value << by) | (value >> (32n - by))) & mask;
  const scramble = (block: bigint): bigint => (rotate((block * 0xcc9e2d51n) & mask, 15n) * 0x1b873593n) & mask;
  const whole = bytes.length - (bytes.length % 4);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at < whole; at += 4)
    hash = (rotate(hash ^ scramble(BigInt(view.getUint32(at, true))), 13n) * 5n + 0xe6546b64n) & mask;
  let tail = 0n;
  for (let at = bytes.length - 1; at >= whole; at--) tail = (tail << 8n) | BigInt(bytes[at] ?? 0);
  if (bytes.length % 4 !== 0) hash ^= scramble(tail);
  hash ^= BigInt(bytes.length);
  hash = ((hash ^ (hash >> 16n)) * 0x85ebca6bn) & mask;
  hash = ((hash ^ (hash >> 13n)) * 0xc2b2ae35n) & mask;
  return Number(hash ^ (hash >> 16n));
}

describe("murmur3", () => {
  // Published with the algorithm's ports (SMHasher's verification values and Wikipedia's table).
  test.each([
    ["", 0, 0],
    ["", 1, 0x514e28b7],
    ["", 0xffffffff, 0x81f16f39],
    ["test", 0, 0xba6bd213],
    ["test", 0x9747b28c, 0x704b81dc],
    ["Hello, world!", 0, 0xc0363e43],
    ["Hello, world!", 0x9747b28c, 0x24884cba],
    ["The quick brown fox jumps over the lazy dog", 0, 0x2e4ff723],
    ["The quick brown fox jumps over the lazy dog", 0x9747b28c, 0x2fa826cd],
  ])("gives the published value for %j with seed %i", (text, seed, hash) => {
    expect(murmur3(text, seed)).toBe(hash);
  });

  test("hashes the UTF-8 bytes of every length and plane, lone surrogates as U+FFFD", () => {
    const encoder = new TextEncoder();
    const pieces = ["a", "é", "ß", "中", "😀", "\ud800", "\udc00", "\u0000", "\uffff", "\u{10ffff}"];
    for (const first of pieces)
      for (const second of pieces)
        for (const third of ["", "z", "中", "\ud83d"]) {
          const text = first + second + third + first;
          expect([text, murmur3(text, 42)]).toEqual([text, overBytes(encoder.encode(text), 42)]);
        }
  });
});
