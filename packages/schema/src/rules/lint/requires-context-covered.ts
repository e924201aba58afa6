import { foundWhileReading, type LintRule } from "./rule.ts";

export const requiresContextCovered: LintRule = {
  id: "REQUIRES_CONTEXT_COVERED",
  purpose: "A required flag reads nothing that the flag's own context lacks.",
  categories: ["relations", "targeting"],
  severity: "error",
  needed: true,
  docs: {
    what: "A prerequisite whose context has attributes that the flag's context does not.",
    why: "The getter's type promises that its context is enough. A prerequisite that reads more would see those attributes as missing.",
    example:
      '# new-checkout: context { required: [region] }\nflag: small-banner\nkind: operational\nrequires: { new-checkout: "on" }',
    fix: "Add the attributes to the flag's own `context`.",
  },
  check: foundWhileReading("REQUIRES_CONTEXT_COVERED"),
};
