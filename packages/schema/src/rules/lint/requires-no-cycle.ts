import { foundWhileReading, type LintRule } from "./rule.ts";

export const requiresNoCycle: LintRule = {
  id: "REQUIRES_NO_CYCLE",
  purpose: "No flag requires itself.",
  categories: ["relations"],
  severity: "error",
  needed: true,
  docs: {
    what: "Flags that require each other in a circle.",
    why: "None of them could ever be on.",
    example: '# a.yaml\nrequires: { b: "on" }\n# b.yaml\nrequires: { a: "on" }',
    fix: "Remove one of the requirements.",
  },
  check: foundWhileReading("REQUIRES_NO_CYCLE"),
};
