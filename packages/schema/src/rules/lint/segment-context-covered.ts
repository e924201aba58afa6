import { foundWhileReading, type LintRule } from "./rule.ts";

export const segmentContextCovered: LintRule = {
  id: "SEGMENT_CONTEXT_COVERED",
  purpose: "A segment reads nothing that the flag's context lacks.",
  categories: ["relations", "targeting"],
  severity: "error",
  needed: true,
  docs: {
    what: "A rule with a segment whose condition reads attributes that the flag's context does not have.",
    why: "The app does not send them, so the segment would be empty for this flag.",
    example:
      "# segments/pilots.yaml: when { tenant: acme }\n# the flag: context { required: [region] }\nwhen: { segment: pilots }",
    fix: "Add the attributes to the flag's `context`.",
  },
  check: foundWhileReading("SEGMENT_CONTEXT_COVERED"),
};
