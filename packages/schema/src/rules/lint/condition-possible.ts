import { foundWhileReading, type LintRule } from "./rule.ts";

export const conditionPossible: LintRule = {
  id: "CONDITION_POSSIBLE",
  purpose: "A condition can be true of some context.",
  categories: ["targeting"],
  severity: "error",
  needed: true,
  docs: {
    what: "A comparison that no value of the attribute's schema satisfies: another type, a value outside the enum, a bound out of reach.",
    why: "The rule looks as if it served somebody, and serves nobody.",
    example: "# context: { region: { enum: [MY, SG] } }\nwhen: { region: [MX] }",
    fix: "Correct the value, or widen the attribute's schema in flagwright.yaml.",
  },
  check: foundWhileReading("CONDITION_POSSIBLE"),
};
