/**
 * The one canonical form in which flag configurations are stored, sent and evaluated.
 *
 * Whatever has an order is an array: PostgreSQL's `jsonb` reorders object keys, and an order that is lost would put
 * people into other buckets without anybody noticing. Absent and `null` differ. Readers ignore members they do not
 * know; an operator they do not know makes that one flag unreadable, never the whole snapshot.
 */

/** A JSON value that nobody may change. */
export type JsonValue = string | number | boolean | null | JsonArray | JsonObject;
export type JsonArray = readonly JsonValue[];
export interface JsonObject {
  readonly [member: string]: JsonValue;
}

/** The format this code writes, and the only one it reads. */
export const SNAPSHOT_FORMAT = 1;

/** An instant in UTC, ISO 8601 with a trailing `Z`, at most millisecond precision: `2027-01-31T00:00:00Z`. */
export type Instant = string;

/** Sizes of buckets, ranges and shares: one part is 0.001 %. */
export const BUCKETS = 100_000;

/** What a flag's values are. `any` is an enum or schema that mixes types. */
export type ValueType = "boolean" | "string" | "number" | "integer" | "object" | "array" | "any";

export type Visibility = "server" | "client";

/** Every flag configuration and segment of one environment at one revision. */
export interface Snapshot {
  readonly format: typeof SNAPSHOT_FORMAT;
  readonly organization: string;
  readonly project: string;
  readonly environment: string;
  /** Milliseconds since 1970 at first, raised by restore, purge and failover. `(epoch, revision)` orders snapshots. */
  readonly epoch: number;
  readonly revision: number;
  readonly flags: readonly FlagConfiguration[];
  readonly segments: readonly Segment[];
}

/** What changed between two revisions of one epoch. It applies to a snapshot at `from` and gives the one at `to`. */
export interface Patch {
  readonly format: typeof SNAPSHOT_FORMAT;
  readonly epoch: number;
  readonly from: number;
  readonly to: number;
  readonly put: { readonly flags: readonly FlagConfiguration[]; readonly segments: readonly Segment[] };
  readonly delete: { readonly flags: readonly string[]; readonly segments: readonly string[] };
}

/** A kill (or its lift, `null`) that masks the base at once, until the base has reached the overlay's revision. */
export interface Overlay {
  readonly epoch: number;
  readonly revision: number;
  /** The wire key, version included: `regional-discount@2`. */
  readonly flag: string;
  readonly killed: Killed | null;
}

export interface Killed {
  readonly at: Instant;
  readonly by: string;
  readonly reason: string;
}

/** One flag as it stands in one environment: its contract and its state, joined. */
export interface FlagConfiguration {
  /** The wire key: `regional-discount` for version 1, `regional-discount@2` for version 2. */
  readonly key: string;
  readonly type: ValueType;
  /** See `schemaHash` in `@flagwright/schema`: the hash of the value schema without its annotations. */
  readonly schemaHash: string;
  readonly visibility: Visibility;
  /** The safe value: killed, unreachable, invalid. */
  readonly default: JsonValue;
  /** Name and value, in order. Boolean flags have `on` and `off`. State may add variants that the schema allows. */
  readonly variants: readonly (readonly [name: string, value: JsonValue])[];
  /** What is hashed together with the bucketing value: the bare key, kept through versions and renames. */
  readonly salt: string;
  /** The attribute that a split uses when it names none; `null` for flags that never split. */
  readonly bucketBy: string | null;
  readonly on: boolean;
  /** The variant served when the flag is off; the default when absent. */
  readonly off?: string;
  readonly killed?: Killed;
  readonly autoOff?: Instant;
  readonly activeFrom?: Instant;
  readonly activeUntil?: Instant;
  readonly prerequisites: readonly Prerequisite[];
  readonly targets: readonly Target[];
  readonly rules: readonly Rule[];
  readonly otherwise: Serve;
  /** Passed through to `EvaluationDetails.flagMetadata`. */
  readonly metadata?: { readonly [name: string]: string | number | boolean };
}

/** Another flag that must serve one of these variants; `"on"` asks only that it is on and not killed. */
export interface Prerequisite {
  readonly flag: string;
  readonly is: readonly string[] | "on";
}

/** Individual targeting: every attribute has one of its values. */
export interface Target {
  readonly match: readonly (readonly [attribute: string, values: readonly (string | number | boolean)[]])[];
  readonly serve: Serve;
}

export interface Rule {
  /** Stable within the flag; reported with the answer. */
  readonly id: string;
  readonly name?: string;
  readonly when: Condition;
  readonly serve: Serve;
  /** What happens when `serve` is a split that leaves this context out. */
  readonly onMiss: "next" | "stop";
}

export type Serve = { readonly variant: string } | { readonly default: true } | { readonly split: Split };

export interface Split {
  /** The attributes whose values are hashed, in this order; more than one make a composite. */
  readonly by: readonly string[];
  /** Used when an attribute of `by` is missing. */
  readonly fallbackBy?: string;
  /** Shared between flags to make experiments exclusive or correlated; the flag's own salt when absent. */
  readonly salt?: string;
  readonly algorithm: "murmur3";
  /** Half-open ranges `[from, to)` of buckets, 0 to 100,000. What no range holds is a miss. */
  readonly ranges: readonly (readonly [variant: string, from: number, to: number])[];
  readonly ramp?: Ramp;
}

/** How much of each range is open at a time: a pure function of time. */
export interface Ramp {
  /** In order of time. The share runs from 0 to 100,000. */
  readonly steps: readonly (readonly [at: Instant, share: number])[];
  /** Between two steps, move evenly; otherwise jump at each step. */
  readonly linear?: true;
}

export type Condition =
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }
  | AttributeCondition
  | { readonly segment: string }
  | { readonly flag: string; readonly is: readonly string[] | "on" }
  | { readonly bucket: BucketCondition };

/** A share of everybody: weighted segments, holdouts, and groups of experiments that exclude each other. */
export interface BucketCondition {
  readonly by: readonly string[];
  readonly fallbackBy?: string;
  readonly salt: string;
  /** True for buckets in `[from, to)`. */
  readonly from: number;
  readonly to: number;
}

export interface AttributeCondition {
  /** The attribute's name, or the path to a nested one: `["address", "country"]`. */
  readonly attribute: string | readonly string[];
  /** A name from the operator table of `evaluation/operators`. */
  readonly operator: string;
  readonly value: JsonValue;
}

/** A named set of contexts. `include` and `exclude` hold targeting keys and win over `when`, `exclude` over all. */
export interface Segment {
  readonly key: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly when: Condition;
}
