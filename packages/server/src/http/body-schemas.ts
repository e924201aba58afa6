import type { JsonObject } from "@flagwright/runtime";
import { MAX_KEY_LENGTH } from "@flagwright/schema";

/** Pieces that the JSON Schemas of several routes share. */

/** Keys of projects, environments, flags and segments. */
export const keySchema: JsonObject = {
  type: "string",
  pattern: "^[a-z][a-z0-9]*([-.][a-z0-9]+)*$",
  maxLength: MAX_KEY_LENGTH,
};

/** Text that a person wrote. Control characters have no place in it, and PostgreSQL refuses NUL. */
export function textSchema(maxLength: number): JsonObject {
  return { type: "string", pattern: "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f]*$", maxLength };
}

export const reasonSchema: JsonObject = {
  ...textSchema(1000),
  description: "Why; kept in the history and the audit log.",
};
