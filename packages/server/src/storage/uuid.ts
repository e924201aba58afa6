import { randomBytes } from "node:crypto";

let lastAt = 0;
let sequence = 0;
const SEQUENCES = 0x1000;

/**
 * A UUID of version 7 (RFC 9562, section 5.7): 48 bits of milliseconds, 12 bits that count within the millisecond
 * (section 6.2, method 1), then random. Ids of one process sort by the order in which they were made.
 */
export function uuidv7(at: number): string {
  if (at > lastAt) [lastAt, sequence] = [at, 0];
  else if (++sequence === SEQUENCES) [lastAt, sequence] = [lastAt + 1, 0];
  const bytes = randomBytes(16);
  bytes.writeUIntBE(lastAt, 0, 6);
  bytes.writeUInt16BE(0x7000 | sequence, 6);
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
