import type { Exact } from "../exact-json.ts";
import type { UnknownReason } from "../verdict.ts";

/** What a search for a value came to. */
export type Outcome =
  | { readonly kind: "value"; readonly value: Exact }
  /** Every case was looked at. */
  | { readonly kind: "none" }
  | { readonly kind: "unknown"; readonly reason: UnknownReason };

export const none: Outcome = { kind: "none" };

export function found(value: Exact): Outcome {
  return { kind: "value", value };
}

export function undecided(path: string, why: string, rewrite: string): Outcome {
  return { kind: "unknown", reason: { path, why, rewrite } };
}
