import { foundWhileReading, type LintRule } from "./rule.ts";

export const variantKnown: LintRule = {
  id: "VARIANT_KNOWN",
  purpose: "Whatever is served is a variant of the flag.",
  categories: ["targeting", "values"],
  severity: "error",
  needed: true,
  docs: {
    what: "A rule, target, split or `off` that names a variant which the flag does not have.",
    why: "A flag with an unknown variant cannot be read: its clients stay with what they had before.",
    example: "rules:\n  - when: { region: MY }\n    serve: smal",
    fix: "Correct the name, or add the variant to the definition.",
  },
  check: foundWhileReading("VARIANT_KNOWN"),
};
