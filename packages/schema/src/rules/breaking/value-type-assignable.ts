import type { BreakingRule } from "./rule.ts";
import { verdictFinding } from "./verdict-finding.ts";

export const valueTypeAssignable: BreakingRule = {
  id: "VALUE_TYPE_ASSIGNABLE",
  purpose: "The generated type can stand where the previous one stood.",
  categories: ["SOURCE"],
  severity: "error",
  pair: "version",
  docs: {
    what: "A value schema whose generated type is not assignable to the previous one.",
    why: "After the next `flagwright generate`, code that uses the getter no longer compiles. What only a validator sees, such as a bound, does not count here.",
    example: "properties: { percent: { type: [number, string] } }   # was number",
    fix: "Make a new version with `flagwright bump`; callers move to it one by one.",
  },
  check: (pair) =>
    verdictFinding(pair.values.typeFitsOld, pair, {
      message: "Code that uses the getter may no longer compile once it is generated again.",
      shows: "a value of the new type that the old type does not have",
      help: "Make a new version; callers move to it one by one.",
    }),
};
