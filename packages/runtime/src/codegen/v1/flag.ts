import type { EvaluationDetails } from "../../evaluation/details.ts";
import type { JsonValue, ValueType } from "../../snapshot/model.ts";

/**
 * A flag is a function of its context, and a value that names the flag.
 *
 * `V` is the type of its values, `C` the context that its rules may read. When every attribute is optional the
 * context may be left out. A flag that reads less can stand where one that reads more is asked: `C` is contravariant,
 * measured structurally, since TypeScript refuses a variance annotation on a conditional type.
 *
 * @example
 * ```ts
 * const { percent } = regionalDiscount({ targetingKey: user.id, region: "MY" });
 * ```
 */
export interface Flag<out V, C = void> {
  /** The value for this context, from the default client. Never throws, never waits. */
  (...context: ContextArguments<C>): V;
  /** The wire key: `regional-discount`, or `regional-discount@2` for version 2. */
  readonly key: string;
  readonly version: number;
  /** The safe value that was compiled in. */
  readonly default: V;
  readonly variants: { readonly [name: string]: V };
  /** As the call, with variant, reason and error. */
  readonly details: (...context: ContextArguments<C>) => EvaluationDetails<V>;
}

export type ContextArguments<C> = {} extends C ? [context?: C] : [context: C];

/** The value type of a flag: `ValueOf<typeof regionalDiscount>`. */
export type ValueOf<F> = F extends Flag<infer V, never> ? V : never;

/** The data that generated code hands to `defineFlag`. */
export interface FlagData<V> {
  readonly key: string;
  readonly version: number;
  readonly type: ValueType;
  /** Hash of the value schema this code was generated from; the same hash in a snapshot needs no validation. */
  readonly hash: string;
  readonly default: V;
  /** Absent for booleans, whose variants are always `on` and `off`. */
  readonly variants?: { readonly [name: string]: V };
  /** The allowed values, when the schema is an enum or a constant. */
  readonly enum?: readonly JsonValue[];
}

/** True when the code can read this value. Needed only where `type` and `enum` do not say it all. */
export type Validate = (value: unknown) => boolean;
