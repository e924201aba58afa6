/** What is wrong with a piece of canonical JSON, and where in it. */
export interface StateProblem {
  /** JSON pointer (RFC 6901); empty for the whole. */
  readonly pointer: string;
  /** Stable, upper snake case, states the invariant: `VARIANT_KNOWN`. */
  readonly code: string;
  /** One sentence that says what is wrong. */
  readonly message: string;
  /** One sentence that says how to mend it. */
  readonly help?: string;
}

export function problem(pointer: string, code: string, message: string, help?: string): StateProblem {
  return help === undefined ? { pointer, code, message } : { pointer, code, message, help };
}

/** The same problems, seen from one step further out. */
export function below(pointer: string, problems: readonly StateProblem[]): readonly StateProblem[] {
  return pointer === "" ? problems : problems.map((each) => ({ ...each, pointer: pointer + each.pointer }));
}
