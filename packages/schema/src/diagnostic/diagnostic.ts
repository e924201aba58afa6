/** The one type for everything that Flagwright has to say about somebody's files. Printers live with the CLI. */
export interface Diagnostic {
  /** Stable, upper snake case, states the invariant: `DEFAULT_MATCHES_SCHEMA`. */
  readonly code: string;
  readonly severity: Severity;
  /** One sentence, without the location, that says what is wrong. */
  readonly message: string;
  /** Relative to the project's root, with forward slashes. */
  readonly file: string;
  readonly range: Range;
  /** One sentence that says how to mend it. */
  readonly help?: string;
  /** Where the published documentation of the rule is, relative to `docs/`. */
  readonly docs?: string;
  readonly fix?: Fix;
}

export type Severity = "error" | "warning" | "info";

/** Lines and columns count from 1, columns in UTF-16 code units; the end is exclusive. */
export interface Range {
  readonly start: Position;
  readonly end: Position;
}
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A replacement of text in the same file that mends the problem without changing anything else. */
export interface Fix {
  readonly title: string;
  readonly range: Range;
  readonly text: string;
}
