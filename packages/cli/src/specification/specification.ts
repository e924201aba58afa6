import type { EvaluationContext, JsonValue } from "@flagwright/runtime";

/** One question and the answer that somebody expects: a line of a file below `flags/tests`, matrix written out. */
export interface SpecificationCase {
  readonly name: string;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly flag: string;
  /** Whose state; the command's choice when absent. */
  readonly environment: string | undefined;
  /** Milliseconds since 1970; the command's choice when absent. */
  readonly at: number | undefined;
  readonly context: EvaluationContext;
  /** From 0 to 99,999: the person is put there by a value of the flag's bucketing attribute. */
  readonly bucket: number | undefined;
  readonly expect: Expected;
}

/** Only what is named is compared. `null` stands for no variant, no rule, no error. */
export interface Expected {
  readonly value?: JsonValue;
  readonly variant?: string | null;
  readonly reason?: string;
  readonly rule?: string | null;
  readonly error?: string | null;
}

/** Something in a file that cannot be understood. */
export interface SpecificationProblem {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

export interface SpecificationResult {
  readonly case: SpecificationCase;
  /** What differs, in words; empty when the test passed. */
  readonly differences: readonly string[];
  /** How the answer came about, for tests that failed. */
  readonly explanation: readonly string[];
}
