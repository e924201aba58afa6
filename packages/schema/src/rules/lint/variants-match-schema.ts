import { foundWhileReading, type LintRule } from "./rule.ts";

export const variantsMatchSchema: LintRule = {
  id: "VARIANTS_MATCH_SCHEMA",
  purpose: "Every variant is one of the flag's values.",
  categories: ["values"],
  severity: "error",
  needed: true,
  docs: {
    what: "A variant, in a definition or in an environment's state, that the value schema refuses.",
    why: "A client would refuse the value and serve its last good one instead, so the variant would never be seen.",
    example: "value: { enum: [classic, semantic] }\nvariants:\n  semantics: semantics",
    fix: "Correct the value, or widen the schema.",
  },
  check: foundWhileReading("VARIANTS_MATCH_SCHEMA"),
};
