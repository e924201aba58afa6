import { BUCKETS, type Condition, type Rule } from "@flagwright/runtime";
import { finding, type LintRule } from "./rule.ts";

export const ruleReachable: LintRule = {
  id: "RULE_REACHABLE",
  purpose: "Every rule can be reached.",
  categories: ["targeting"],
  severity: "warning",
  docs: {
    what: "A rule after one that asks for no more than it does and leaves nobody over.",
    why: "Rules are tried in order. A rule that nobody reaches looks as if it did something.",
    example:
      "rules:\n  - when: { region: MY }\n    serve: small\n  - when: { region: MY, plan: pro }\n    serve: large",
    fix: "Remove the rule, or put the more particular one first.",
  },
  *check({ project }) {
    for (const { states } of project.environments)
      for (const state of states) {
        const taken: { readonly rule: Rule; readonly terms: ReadonlySet<string> }[] = [];
        for (const [index, rule] of state.value.rules.entries()) {
          const terms = new Set(termsOf(rule.when));
          const before = taken.find((each) => [...each.terms].every((term) => terms.has(term)));
          if (before !== undefined)
            yield finding(
              state,
              `/rules/${index}`,
              `Nobody reaches this rule: whoever it asks for is served by ${JSON.stringify(before.rule.name ?? before.rule.id)} before.`,
              "Remove it, or put it first.",
            );
          if (leavesNobody(rule)) taken.push({ rule, terms });
        }
      }
  },
};

/** What a condition asks, all of it: the fewer terms, the more contexts. */
function termsOf(condition: Condition): readonly string[] {
  return "all" in condition ? condition.all.flatMap(termsOf) : [JSON.stringify(condition)];
}

/** A split that is not full lets some go on; one that stops lets nobody. */
function leavesNobody({ serve, onMiss }: Rule): boolean {
  if (!("split" in serve) || onMiss === "stop") return true;
  const held = serve.split.ranges.reduce((sum, [, from, to]) => sum + (to - from), 0);
  return held >= BUCKETS && serve.split.ramp === undefined;
}
