import { foundWhileReading, type LintRule } from "./rule.ts";

export const attributeInContext: LintRule = {
  id: "ATTRIBUTE_IN_CONTEXT",
  purpose: "A rule reads only what the flag's context has.",
  categories: ["targeting"],
  severity: "error",
  needed: true,
  docs: {
    what: "A rule, target or split that reads an attribute which the flag's definition does not list, or which the project does not have.",
    why: "The context type of the getter is made from the definition. What is not in it is not sent, so the rule would never match.",
    example: "context: { required: [region] }\n# environments/production.yaml\nwhen: { plan: pro }",
    fix: "Add the attribute to `context` of the flag, and to `context` in flagwright.yaml when it is new.",
  },
  check: foundWhileReading("ATTRIBUTE_IN_CONTEXT"),
};
