import { foundWhileReading, type LintRule } from "./rule.ts";

export const noYamlTrap: LintRule = {
  id: "NO_YAML_TRAP",
  purpose: "Words that YAML 1.1 takes for a boolean are quoted.",
  categories: ["format"],
  severity: "warning",
  docs: {
    what: "`on`, `off`, `yes`, `no`, `y` and `n` without quotes, where text is meant.",
    why: "They are text in YAML 1.2, which Flagwright reads, and true or false in YAML 1.1, which many editors, linters and scripts read. Norway's code `NO` is the best known victim.",
    example: "rules:\n  - when: { region: [SE, NO] }\n    serve: on",
    fix: 'Quote the word: `"on"`.',
  },
  check: foundWhileReading("NO_YAML_TRAP"),
};
