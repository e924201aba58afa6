import type { FlagConfiguration, JsonValue, Overlay, Patch, Snapshot } from "../snapshot/model.ts";
import type { ErrorCode, EvaluationContext, Reason } from "./details.ts";

/** A snapshot whose flags are turned into closures, each at its first use. Immutable. */
export interface CompiledSnapshot {
  /** As it was received: overlays are not written into it. */
  readonly snapshot: Snapshot;
  readonly epoch: number;
  readonly revision: number;
  /** Every flag, in the order of the snapshot. */
  readonly flags: readonly CompiledFlag[];
  /** `undefined` when the snapshot has no such flag. The key is the wire key. */
  flag(key: string): CompiledFlag | undefined;
  /**
   * The snapshot after this patch, with the overlays that it has not reached. Only what changed is compiled again.
   *
   * @throws {RangeError} when the patch does not start at this revision.
   */
  patched(patch: Patch): CompiledSnapshot;
  /**
   * The same snapshot with these kills and lifts laid over it, besides those that are there already. An overlay whose
   * flag is unknown, or that is no newer than the snapshot, is ignored; of two for one flag the newer counts.
   */
  overlaid(overlays: readonly Overlay[]): CompiledSnapshot;
}

export interface CompiledFlag {
  /** The configuration that answers, overlay included: the last readable one when the snapshot's is not. */
  readonly configuration: FlagConfiguration;
  /** False when no answer depends on the time: `at` may then be anything, and a clock need not be asked. */
  readonly timed: boolean;
  /** The answer of a flag that asks nothing of context or time: `evaluate` then gives this very outcome, always. */
  readonly always?: Outcome;
  /** Why the snapshot's configuration cannot be read, in words; absent when it can. */
  readonly unreadable?: string;
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
  /** The variant's number in the configuration that answers, from 1; 0 without a variant. Counts are kept by it. */
  readonly variantNumber: number;
  readonly reason: Reason;
  readonly ruleId: string | undefined;
  readonly errorCode: ErrorCode | undefined;
  readonly errorMessage: string | undefined;
}
