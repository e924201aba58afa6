import { foundWhileReading, type LintRule } from "./rule.ts";

export const requiresKnownFlag: LintRule = {
  id: "REQUIRES_KNOWN_FLAG",
  purpose: "A required flag exists.",
  categories: ["relations"],
  severity: "error",
  needed: true,
  docs: {
    what: "`requires`, or a condition, that names a flag which no file defines.",
    why: "A flag whose prerequisite is unknown is never on.",
    example: 'requires: { new-chekout: "on" }',
    fix: "Correct the key. Version 2 of a flag is named `key@2`.",
  },
  check: foundWhileReading("REQUIRES_KNOWN_FLAG"),
};
