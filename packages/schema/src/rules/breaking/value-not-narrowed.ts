import type { BreakingRule } from "./rule.ts";
import { verdictFinding } from "./verdict-finding.ts";

export const valueNotNarrowed: BreakingRule = {
  id: "VALUE_NOT_NARROWED",
  purpose: "Every value that was allowed before is allowed now.",
  categories: ["STORED"],
  severity: "error",
  pair: "version",
  docs: {
    what: "A value schema that refuses a value which the previous one allowed.",
    why: "Values are stored in environments and caches, and come back when somebody reverts a change. New code that meets one would refuse it.",
    example: "value: { enum: [classic, semantic] }   # hybrid was allowed",
    fix: "Make a new version with `flagwright bump`, or keep the value allowed.",
  },
  check: (pair) =>
    verdictFinding(pair.values.oldFitsNew, pair, {
      message: "Values that are stored, cached or rolled back to may no longer be valid.",
      shows: "allowed before, refused now",
      help: "Make a new version, or keep the value allowed.",
    }),
};
