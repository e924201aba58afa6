import type { JsonObject } from "@flagwright/runtime";
import { expect, test } from "vitest";
import { constraintSentences } from "./constraints.ts";

const cases: readonly (readonly [schema: JsonObject, says: string])[] = [
  [{ type: "integer", minimum: 1, maximum: 9 }, "A whole number, from 1 to 9."],
  [{ type: ["integer", "null"] }, "A whole number."],
  [{ type: ["integer", "string"], maxLength: 1 }, "A number is whole. At most 1 character."],
  [{ type: ["integer", "number"] }, ""],
  [{ type: "array", prefixItems: [{}, {}], minItems: 2 }, ""],
  [{ type: "array", prefixItems: [{}], minItems: 2 }, "At least 2 items."],
  [{ type: "array", minItems: 1, uniqueItems: true }, "At least 1 item. No item twice."],
  [{ type: "array", uniqueItems: false }, ""],
  [{ not: { const: 1 }, pattern: "^`$" }, "Matches the pattern `^`$`. The validator also checks `not`."],
];

test.each(cases)("of %o it says what its type cannot", (schema, says) => {
  expect(constraintSentences(schema).join(" ")).toBe(says);
});
