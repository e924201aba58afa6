import { foundWhileReading, type LintRule } from "./rule.ts";

export const contextAttributeKnown: LintRule = {
  id: "CONTEXT_ATTRIBUTE_KNOWN",
  purpose: "A flag's context names attributes of the project.",
  categories: ["relations"],
  severity: "error",
  needed: true,
  docs: {
    what: "An attribute in a flag's `context` that flagwright.yaml does not describe.",
    why: "Its type would be unknown, and so the type of the getter's context.",
    example: "context: { required: [regoin] }",
    fix: "Correct the name, or describe the attribute under `context` in flagwright.yaml.",
  },
  check: foundWhileReading("CONTEXT_ATTRIBUTE_KNOWN"),
};
