import { foundWhileReading, type LintRule } from "./rule.ts";

export const segmentNoCycle: LintRule = {
  id: "SEGMENT_NO_CYCLE",
  purpose: "No segment asks for itself.",
  categories: ["relations"],
  severity: "error",
  needed: true,
  docs: {
    what: "Segments that refer to each other in a circle.",
    why: "Nobody can say who is in them.",
    example: "# segments/a.yaml\nwhen: { segment: b }\n# segments/b.yaml\nwhen: { segment: a }",
    fix: "Remove one of the references.",
  },
  check: foundWhileReading("SEGMENT_NO_CYCLE"),
};
