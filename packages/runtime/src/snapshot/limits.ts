/**
 * What one snapshot may hold. Whatever goes beyond is refused whole, with a clear error, and the last good snapshot
 * stays: a client must never run out of memory or time because of what somebody typed into a rule.
 */

/** Ten times the largest project we have heard of; at about 1 kB a flag it is 100 MB of JSON. */
export const MAX_FLAGS = 100_000;
/** Segments are shared by flags, so there are far fewer of them. */
export const MAX_SEGMENTS = 10_000;
/** A key of 100 characters, `@` and a version number. */
export const MAX_KEY_LENGTH = 120;
/** Names of variants, attributes, rules, operators and salts are read by people. */
export const MAX_NAME_LENGTH = 200;
/** Reasons, actors and metadata: a paragraph, not a document. */
export const MAX_TEXT_LENGTH = 10_000;
export const MAX_VARIANTS = 1_000;
export const MAX_PREREQUISITES = 100;
/** Targets and rules are walked in order, so they bound the time of one evaluation. */
export const MAX_TARGETS = 1_000;
export const MAX_RULES = 1_000;
/** Parts of one `all` or `any`. */
export const MAX_CONDITIONS = 1_000;
/** Nested `all`, `any` and `not`; deeper trees cannot be read by a person, and recursion stays off the stack's end. */
export const MAX_CONDITION_DEPTH = 20;
/** Steps of a path to a nested attribute. */
export const MAX_PATH_LENGTH = 10;
/** Entries of an operand, a target's values, or a segment's lists. They become sets, so only memory counts. */
export const MAX_LIST_LENGTH = 100_000;
export const MAX_RANGES = 1_000;
export const MAX_SPLIT_ATTRIBUTES = 10;
export const MAX_RAMP_STEPS = 1_000;
export const MAX_METADATA_ENTRIES = 100;
/** Levels of a flag's value; the deepest that recursion over values has to follow. */
export const MAX_VALUE_DEPTH = 64;
/** Source characters of a regular expression. A linear-time engine still compiles in time proportional to them. */
export const MAX_PATTERN_LENGTH = 1_000;

/** Flags and segments that refer to each other, one after the other: the depth of recursion in one evaluation. */
export const MAX_REFERENCE_DEPTH = 20;
/**
 * Conditions that one evaluation can visit at the most, with everything it refers to written out. Without this bound
 * twenty flags that each ask the next one twice would cost a million evaluations.
 */
export const MAX_EXPANDED_CONDITIONS = 50_000;

/** A longer string in a context counts as missing: it bounds the time of `contains`, `matches` and hashing. */
export const MAX_ATTRIBUTE_LENGTH = 65_536;
/** A longer list in a context counts as missing. */
export const MAX_ATTRIBUTE_ITEMS = 10_000;
