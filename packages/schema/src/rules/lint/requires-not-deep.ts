import { foundWhileReading, type LintRule } from "./rule.ts";

export const requiresNotDeep: LintRule = {
  id: "REQUIRES_NOT_DEEP",
  purpose: "No chain of requirements is longer than evaluation follows.",
  categories: ["relations"],
  severity: "error",
  needed: true,
  docs: {
    what: "A flag at the head of more than 20 flags that require each other, one after the other.",
    why: "Evaluation follows 20, so that it ends in a known time; clients could not read this flag, and would keep its last good value.",
    example: '# link-1.yaml, and so on to link-22.yaml\nrequires: { link-2: "on" }',
    fix: "Let the flag require the end of the chain directly, or fewer of its links.",
  },
  check: foundWhileReading("REQUIRES_NOT_DEEP"),
};
