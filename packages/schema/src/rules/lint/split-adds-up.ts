import { BUCKETS, type Serve } from "@flagwright/runtime";
import { finding, type LintRule } from "./rule.ts";

export const splitAddsUp: LintRule = {
  id: "SPLIT_ADDS_UP",
  purpose: "The weights of a split add up to 100 percent.",
  categories: ["targeting"],
  severity: "warning",
  docs: {
    what: "A split of two or more variants whose weights make less than 100. More than 100 is an error when the file is read.",
    why: "Whoever is in no range goes on to the next rule, or gets the default. With one variant that is a rollout; with several it is nearly always a slip.",
    example: "serve: { none: 50, small: 40 }",
    fix: "Correct the weights, or give the rest to a variant.",
  },
  *check({ project }) {
    for (const { states } of project.environments)
      for (const state of states) {
        const places: readonly (readonly [string, Serve])[] = [
          ...state.value.targets.map(({ serve }, index) => [`/targets/${index}/serve`, serve] as const),
          ...state.value.rules.map(({ serve }, index) => [`/rules/${index}/serve`, serve] as const),
          ["/otherwise", state.value.otherwise],
        ];
        for (const [pointer, serve] of places) {
          const percent = missing(serve);
          if (percent > 0)
            yield finding(state, pointer, `The weights leave ${percent} % unserved.`, "Let them add up to 100.");
        }
      }
  },
};

/** What a split of several variants leaves over, in percent. */
function missing(serve: Serve): number {
  if (!("split" in serve) || serve.split.ranges.length < 2) return 0;
  const held = serve.split.ranges.reduce((sum, [, from, to]) => sum + (to - from), 0);
  return Math.max(0, ((BUCKETS - held) * 100) / BUCKETS);
}
