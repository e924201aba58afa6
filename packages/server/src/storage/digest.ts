import { createHash } from "node:crypto";
import type { JsonValue } from "@flagwright/runtime";
import { canonicalJson } from "@flagwright/schema";

/** In hex. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Equal values give equal text. Members that are `undefined` are left out, and dates become text, as in JSON. */
export function canonicalText(value: unknown): string {
  return canonicalJson(JSON.parse(JSON.stringify(value)) as JsonValue);
}
