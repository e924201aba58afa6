import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { KeyKind } from "../storage/tables.ts";

/** A key as it is handed out, once: `fw_<kind>_<id>_<secret>`. */
export interface NewKey {
  readonly id: string;
  readonly text: string;
  /** What is stored: SHA-256 of the secret, in hex. A secret of 256 random bits needs no slow hash. */
  readonly secretHash: string;
}

const ID_BYTES = 9;
const SECRET_BYTES = 32;

export function newKey(kind: KeyKind): NewKey {
  const id = randomBytes(ID_BYTES).toString("hex");
  const secret = randomBytes(SECRET_BYTES).toString("base64url");
  return { id, text: `fw_${kind}_${id}_${secret}`, secretHash: hashOf(secret) };
}

export interface ParsedKey {
  readonly kind: KeyKind;
  readonly id: string;
  readonly secretHash: string;
}

const PATTERN = /^fw_(management|server|client)_([0-9a-f]{18})_([\w-]{43})$/;

/** `undefined` when the text cannot be a key of ours. */
export function parseKey(text: string): ParsedKey | undefined {
  const match = PATTERN.exec(text);
  if (match === null) return undefined;
  return { kind: match[1] as KeyKind, id: match[2] ?? "", secretHash: hashOf(match[3] ?? "") };
}

/** Compares two hashes of equal length without telling by its time where they differ. */
export function sameHash(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a, "hex"), Buffer.from(b, "hex")];
  return left.length === right.length && timingSafeEqual(left, right);
}

function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}
