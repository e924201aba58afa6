import { foundWhileReading, type LintRule } from "./rule.ts";

export const segmentKnown: LintRule = {
  id: "SEGMENT_KNOWN",
  purpose: "A named segment exists.",
  categories: ["relations", "targeting"],
  severity: "error",
  needed: true,
  docs: {
    what: "A condition that names a segment which no file holds.",
    why: "The condition could not be evaluated.",
    example: "when: { segment: internal-staf }",
    fix: "Correct the name, or add the segment's file.",
  },
  check: foundWhileReading("SEGMENT_KNOWN"),
};
