import { randomFillSync } from "node:crypto";

let lastAt = 0;
let sequence = 0;
const SEQUENCES = 0x1000;

/** Random bytes of an id. */
const RANDOM = 8;
/** Asked of the system for many ids at once: every request has one, and asking costs more than all the rest. */
const pool = Buffer.alloc(512 * RANDOM);
let used = pool.length;

/**
 * A UUID of version 7 (RFC 9562, section 5.7): 48 bits of milliseconds, 12 bits that count within the millisecond
 * (section 6.2, method 1), then random. Ids of one process sort by the order in which they were made.
 */
export function uuidv7(at: number): string {
  if (at > lastAt) [lastAt, sequence] = [at, 0];
  else if (++sequence === SEQUENCES) [lastAt, sequence] = [lastAt + 1, 0];
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  pool[used] = ((pool[used] ?? 0) & 0x3f) | 0x80;
  const time = lastAt.toString(16).padStart(12, "0");
  const random = pool.toString("hex", used, (used += RANDOM));
  return `${time.slice(0, 8)}-${time.slice(8)}-${(0x7000 | sequence).toString(16)}-${random.slice(0, 4)}-${random.slice(4)}`;
}
