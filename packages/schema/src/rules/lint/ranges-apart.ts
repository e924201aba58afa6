import { foundWhileReading, type LintRule } from "./rule.ts";

export const rangesApart: LintRule = {
  id: "RANGES_APART",
  purpose: "The ranges of a split do not overlap.",
  categories: ["targeting"],
  severity: "error",
  needed: true,
  docs: {
    what: "Two ranges of one split that hold the same bucket.",
    why: "A person in that bucket would have two variants at once.",
    example: "ranges: [[none, 0, 60], [small, 50, 100]]",
    fix: "Let each range start where the one before ends.",
  },
  check: foundWhileReading("RANGES_APART"),
};
