import type { FlagConfiguration, JsonValue, Overlay, Patch, Snapshot } from "../snapshot/model.ts";
import type { ErrorCode, EvaluationContext, Reason } from "./details.ts";

/** A snapshot whose flags are turned into closures, each at its first use. Immutable. */
export interface CompiledSnapshot {
  readonly snapshot: Snapshot;
  readonly epoch: number;
  readonly revision: number;
  /** `undefined` when the snapshot has no such flag. The key is the wire key. */
  flag(key: string): CompiledFlag | undefined;
  /** The snapshot after this patch, which must start at this revision. Only what changed is compiled again. */
  patched(patch: Patch): CompiledSnapshot;
  /** The same snapshot with these kills and lifts laid over it. An overlay whose flag is unknown is ignored. */
  overlaid(overlays: readonly Overlay[]): CompiledSnapshot;
}

export interface CompiledFlag {
  readonly configuration: FlagConfiguration;
  /**
   * Never throws. `at` is milliseconds since 1970: time is an input. The outcome is shared and frozen, so that a plain
   * answer allocates nothing.
   */
  evaluate(context: EvaluationContext, at: number): Outcome;
}

/** An answer without the flag's key and the revision, which the caller knows. */
export interface Outcome {
  readonly value: JsonValue;
  readonly variant: string | undefined;
  readonly reason: Reason;
  readonly ruleId: string | undefined;
  readonly errorCode: ErrorCode | undefined;
  readonly errorMessage: string | undefined;
}
