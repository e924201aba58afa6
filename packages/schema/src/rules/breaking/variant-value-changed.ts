import { sameJson } from "../../json/canonical-json.ts";
import { at, type BreakingRule } from "./rule.ts";

export const variantValueChanged: BreakingRule = {
  id: "VARIANT_VALUE_CHANGED",
  purpose: "A variant keeps its value.",
  categories: ["ASSIGNMENT"],
  severity: "warning",
  pair: "version",
  docs: {
    what: "A variant whose value has changed. In an experiment that is an error.",
    why: "Whoever has the variant gets another value from one moment to the next. In an experiment the numbers before and after no longer belong together.",
    example: "variants: { small: { percent: 10 } }   # was 5",
    fix: "Add a variant with the new value, and move people to it.",
  },
  *check({ before, after }) {
    const values = new Map(before.value.variants);
    for (const [index, [name, value]] of after.value.variants.entries()) {
      const old = values.get(name);
      if (old === undefined || sameJson(old, value)) continue;
      yield {
        ...at(after, `/variants/${index}/1`),
        severity: after.value.kind === "experiment" ? "error" : "warning",
        message: `The variant ${JSON.stringify(name)} was ${JSON.stringify(old)} and is now ${JSON.stringify(value)}.`,
        help: "Add a variant with the new value, and move people to it.",
        identity: `${name} ${JSON.stringify(old)} ${JSON.stringify(value)}`,
      };
    }
  },
};
