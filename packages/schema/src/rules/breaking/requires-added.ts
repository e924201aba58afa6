import { sameJson } from "../../json/canonical-json.ts";
import { at, type BreakingRule } from "./rule.ts";

export const requiresAdded: BreakingRule = {
  id: "REQUIRES_ADDED",
  purpose: "A flag depends on no more flags than before.",
  categories: ["ASSIGNMENT"],
  severity: "warning",
  pair: "version",
  docs: {
    what: "A prerequisite that is new, or that asks for less than before.",
    why: "Whoever does not meet it loses the flag at once, in every environment.",
    example: 'requires: { new-checkout: "on" }   # new',
    fix: "Make sure that the other flag is on wherever this one is.",
  },
  *check({ before, after }) {
    const olds = new Map(before.value.requires.map((each) => [each.flag, each.is]));
    for (const [index, { flag, is }] of after.value.requires.entries()) {
      const old = olds.get(flag);
      if (old !== undefined && (sameJson(old, is) || is === "on" || isSubset(old, is))) continue;
      yield {
        ...at(after, `/requires/${index}`),
        message: `The flag now requires ${flag}${is === "on" ? " to be on" : ` to serve ${is.join(" or ")}`}.`,
        help: "Whoever does not meet that gets `off`; make sure that nobody loses the flag by it.",
        identity: `${flag} ${JSON.stringify(is)}`,
      };
    }
  },
};

function isSubset(part: readonly string[] | "on", whole: readonly string[]): boolean {
  return part !== "on" && part.every((name) => whole.includes(name));
}
