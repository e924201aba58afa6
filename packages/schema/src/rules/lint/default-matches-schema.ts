import { foundWhileReading, type LintRule } from "./rule.ts";

export const defaultMatchesSchema: LintRule = {
  id: "DEFAULT_MATCHES_SCHEMA",
  purpose: "A flag's default is one of its values.",
  categories: ["values"],
  severity: "error",
  needed: true,
  docs: {
    what: "A default that the flag's value schema refuses.",
    why: "The default is compiled into the application. One of another type would break the promise of the getter at the worst moment.",
    example: "value: { type: number, maximum: 90 }\ndefault: 100",
    fix: "Correct the default, or widen the schema.",
  },
  check: foundWhileReading("DEFAULT_MATCHES_SCHEMA"),
};
