import type { BreakingRule } from "./rule.ts";
import { verdictFinding } from "./verdict-finding.ts";

export const valueNotWidened: BreakingRule = {
  id: "VALUE_NOT_WIDENED",
  purpose: "Every value that is allowed now was allowed before.",
  categories: ["READERS"],
  severity: "error",
  pair: "version",
  docs: {
    what: "A value schema that allows a value which the previous one refused.",
    why: "Clients that are deployed hold the old schema. They refuse the new value and stay with the last good one, so the change does not reach them.",
    example: "value: { type: number, maximum: 95 }   # was 90",
    fix: "Make a new version with `flagwright bump`; old clients stay with the old one.",
  },
  check: (pair) =>
    verdictFinding(pair.values.newFitsOld, pair, {
      message: "Deployed clients may meet a value that they cannot read.",
      shows: "allowed now, refused by the clients that are deployed",
      help: "Make a new version; deployed clients stay with this one.",
    }),
};
