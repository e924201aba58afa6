/** What an import made of somebody else's flags. Nothing is written yet. */
export interface Imported {
  readonly flags: readonly ImportedFlag[];
  /** What could not be carried over as it was, each in a sentence. */
  readonly notes: readonly string[];
}

export interface ImportedFlag {
  /** Relative to the flags folder. */
  readonly path: string;
  /** The definition's file, in YAML. */
  readonly content: string;
}

export interface ImportDefaults {
  readonly kind: string;
  readonly owner?: string | undefined;
}
