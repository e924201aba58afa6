import type { JsonSchema } from "../../definition/model.ts";

/**
 * How the values of the second schema relate to those of the first: the same, more, fewer, or neither all of one nor
 * of the other.
 */
export type Relation = "same" | "wider" | "narrower" | "apart";

/** Two schemas whose relation is known, and why. */
export type Pair = readonly [relation: Relation, reason: string, previous: JsonSchema, current: JsonSchema];
