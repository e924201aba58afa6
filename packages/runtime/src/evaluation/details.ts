import type { JsonValue } from "../snapshot/model.ts";

/** What an app knows about whom or what it asks for. Absent and `undefined` attributes are the same: missing. */
export interface EvaluationContext {
  readonly targetingKey?: string | undefined;
  readonly [attribute: string]: unknown;
}

/** OpenFeature's reasons. */
export type Reason =
  "STATIC" | "DEFAULT" | "TARGETING_MATCH" | "SPLIT" | "CACHED" | "DISABLED" | "STALE" | "ERROR" | "UNKNOWN";

/** OpenFeature's error codes. */
export type ErrorCode =
  | "PROVIDER_NOT_READY"
  | "FLAG_NOT_FOUND"
  | "PARSE_ERROR"
  | "TYPE_MISMATCH"
  | "TARGETING_KEY_MISSING"
  | "INVALID_CONTEXT"
  | "GENERAL";

/** OpenFeature's `EvaluationDetails`, with the rule and the revision that gave the answer. */
export interface EvaluationDetails<out V = JsonValue> {
  /** The wire key, version included. */
  readonly flagKey: string;
  readonly value: V;
  readonly variant?: string;
  readonly reason: Reason;
  readonly errorCode?: ErrorCode;
  readonly errorMessage?: string;
  /** The id of the rule that matched. */
  readonly ruleId?: string;
  /** The order of the snapshot that answered; absent when no snapshot did. */
  readonly epoch?: number;
  readonly revision?: number;
  readonly flagMetadata: { readonly [name: string]: string | number | boolean };
}
