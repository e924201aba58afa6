/** A definition is written and reviewed by people: a hundred of the longest we have seen fit into this. In UTF-16 units. */
export const MAX_FILE_LENGTH = 1_000_000;

/** Deeper than any schema a person reads, and far from the end of the stack. */
export const MAX_DEPTH = 100;

/** Values in one file with its anchors expanded: nine anchors of nine aliases each would make 387 million. */
export const MAX_VALUES = 100_000;

/** Problems shown of one file's syntax: after that many, one mistake explains the rest. */
export const MAX_SYNTAX_PROBLEMS = 20;
