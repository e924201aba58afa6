import { foundWhileReading, type LintRule } from "./rule.ts";

export const operandType: LintRule = {
  id: "OPERAND_TYPE",
  purpose: "An operator gets what it compares with.",
  categories: ["targeting"],
  severity: "error",
  needed: true,
  docs: {
    what: "An operand of another type than the operator takes, a broken regular expression, version range or network.",
    why: "The flag could not be evaluated.",
    example: 'when: { age: { ">=": "18" } }',
    fix: "Write the operand as the operator takes it: a number without quotes, a list in brackets.",
  },
  check: foundWhileReading("OPERAND_TYPE"),
};
