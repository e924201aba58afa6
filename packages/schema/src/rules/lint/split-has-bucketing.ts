import { foundWhileReading, type LintRule } from "./rule.ts";

export const splitHasBucketing: LintRule = {
  id: "SPLIT_HAS_BUCKETING",
  purpose: "Only a flag that is bucketed serves a split.",
  categories: ["targeting"],
  severity: "error",
  needed: true,
  docs: {
    what: "A split in a flag without `bucketBy`, as operational and configuration flags are by default.",
    why: "Such flags can be read where there is no user, in jobs and migrations; a split would have nothing to divide by.",
    example: "kind: operational\n# environments/production.yaml\nserve: { fast: 50, slow: 50 }",
    fix: "Serve one variant, or write `bucketBy: targetingKey` into the definition.",
  },
  check: foundWhileReading("SPLIT_HAS_BUCKETING"),
};
