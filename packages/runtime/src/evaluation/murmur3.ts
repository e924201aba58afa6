/**
 * MurmurHash3_x86_32 of a string's UTF-8 bytes, as an unsigned 32-bit integer. A lone surrogate is hashed as U+FFFD,
 * which is what `TextEncoder` makes of it. Nothing is allocated.
 *
 * Source: Austin Appleby, https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp (public domain).
 *
 * @example
 * ```ts
 * murmur3("hello", 0); // 0x248bfa47
 * ```
 */
export function murmur3(text: string, seed: number): number {
  return signedMurmur3(text, seed) >>> 0;
}

/** The same 32 bits as a signed integer, which engines hold without allocating. */
export function signedMurmur3(text: string, seed: number): number {
  const { length } = text;
  let hash = seed | 0;
  let index = 0;
  for (; index + 4 <= length; index += 4) {
    const a = text.charCodeAt(index);
    const b = text.charCodeAt(index + 1);
    const c = text.charCodeAt(index + 2);
    const d = text.charCodeAt(index + 3);
    if ((a | b | c | d) >= 0x80) return encodedFrom(text, index, hash);
    hash = mixBlock(hash, a | (b << 8) | (c << 16) | (d << 24));
  }
  // The last one to three bytes. Written out, as a loop over so few costs more than the rest of the hash.
  const rest = length - index;
  if (rest > 0) {
    const a = text.charCodeAt(index);
    const b = rest > 1 ? text.charCodeAt(index + 1) : 0;
    const c = rest > 2 ? text.charCodeAt(index + 2) : 0;
    if ((a | b | c) >= 0x80) return encodedFrom(text, index, hash);
    hash ^= scramble(a | (b << 8) | (c << 16));
  }
  return finished(hash, length);
}

/**
 * Goes on at `index`, after whole blocks of ASCII, and encodes. Apart from the ASCII that most ids are, so that the
 * engine can put the short path where it is called.
 */
function encodedFrom(text: string, index: number, hash: number): number {
  let bytes = index;
  let block = 0;
  for (; index < text.length; index++) {
    let point = text.charCodeAt(index);
    if (point < 0x80) {
      block |= point << ((bytes & 3) << 3);
      if ((++bytes & 3) === 0) {
        hash = mixBlock(hash, block);
        block = 0;
      }
      continue;
    }
    if (point >= 0xd800 && point < 0xe000) {
      const low = point < 0xdc00 ? text.charCodeAt(index + 1) : 0;
      if (low >= 0xdc00 && low < 0xe000) {
        point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
        index++;
      } else point = 0xfffd;
    }
    // UTF-8: a leading byte that says how many follow, then six bits each.
    let following = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    let byte = point < 0x800 ? 0xc0 | (point >> 6) : point < 0x10000 ? 0xe0 | (point >> 12) : 0xf0 | (point >> 18);
    for (;;) {
      block |= byte << ((bytes & 3) << 3);
      if ((++bytes & 3) === 0) {
        hash = mixBlock(hash, block);
        block = 0;
      }
      if (following-- === 0) break;
      byte = 0x80 | ((point >> (following * 6)) & 0x3f);
    }
  }

  return finished((bytes & 3) === 0 ? hash : hash ^ scramble(block), bytes);
}

function finished(state: number, bytes: number): number {
  let hash = state ^ bytes;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

function mixBlock(hash: number, block: number): number {
  const mixed = hash ^ scramble(block);
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}

function scramble(block: number): number {
  const multiplied = Math.imul(block, 0xcc9e2d51);
  return Math.imul((multiplied << 15) | (multiplied >>> 17), 0x1b873593);
}
