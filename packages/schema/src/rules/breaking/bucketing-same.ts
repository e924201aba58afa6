import { wireKey } from "../../definition/identity.ts";
import { at, type BreakingRule } from "./rule.ts";

export const bucketingSame: BreakingRule = {
  id: "BUCKETING_SAME",
  purpose: "What people are bucketed by stays.",
  categories: ["ASSIGNMENT"],
  severity: "error",
  pair: "version",
  docs: {
    what: "`bucketBy` that has changed, be it because the kind has.",
    why: "People are put into other buckets. Without bucketing, splits that are stored can no longer be served.",
    example: "bucketBy: tenant   # was targetingKey",
    fix: "Restore it, or make a new version.",
  },
  *check({ before, after }) {
    if (before.value.bucketBy === after.value.bucketBy) return;
    yield {
      ...at(after, "/bucketBy"),
      message: `Splits were made by ${before.value.bucketBy ?? "nothing"}, and are now made by ${after.value.bucketBy ?? "nothing"}.`,
      help: "Restore `bucketBy`, or make a new version.",
      command: `flagwright bump ${wireKey(after.value)}`,
      identity: `${before.value.bucketBy} ${after.value.bucketBy}`,
    };
  },
};
