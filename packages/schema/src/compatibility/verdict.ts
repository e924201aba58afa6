import type { JsonValue } from "@flagwright/runtime";

/** Whether every value that one schema accepts is accepted by another, and how we know. */
export type Verdict = Yes | No | Unknown;

/** Every case was looked at, and none has a value that the first schema accepts and the second refuses. */
export interface Yes {
  readonly answer: "yes";
}

export interface No {
  readonly answer: "no";
  /** Accepted by the first schema, refused by the second. Numbers beyond a double are exact in `witnessText` only. */
  readonly witness: JsonValue;
  /** The witness as JSON text, with every digit. */
  readonly witnessText: string;
  /** `exact` when the witness needs arithmetic that doubles cannot do, so that ajv has no say; else `ajv`. */
  readonly certifiedBy: "ajv" | "exact";
}

export interface Unknown {
  readonly answer: "unknown";
  readonly reason: UnknownReason;
}

export interface UnknownReason {
  /** JSON Pointer of the keyword that cannot be decided, in the schema that has it; empty for the whole schema. */
  readonly path: string;
  readonly why: string;
  /** What to write instead, so that it can be decided. */
  readonly rewrite: string;
}

/** Both directions at once. */
export interface Comparison {
  /** Is every value that was allowed still allowed? */
  readonly previousInCurrent: Verdict;
  /** Was every value that is allowed now allowed before? */
  readonly currentInPrevious: Verdict;
}

export const yes: Yes = { answer: "yes" };

export function unknown(path: string, why: string, rewrite: string): Unknown {
  return { answer: "unknown", reason: { path, why, rewrite } };
}
