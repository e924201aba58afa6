import { foundWhileReading, type LintRule } from "./rule.ts";

export const keyUnique: LintRule = {
  id: "KEY_UNIQUE",
  purpose: "One file defines one version of a flag.",
  categories: ["naming"],
  severity: "error",
  needed: true,
  docs: {
    what: "Two files with the same key and version.",
    why: "Which of them counts would be chance.",
    example: "# checkout/a.yaml\nflag: new-checkout\n# search/b.yaml\nflag: new-checkout",
    fix: "Delete one file, or give it another key or version.",
  },
  check: foundWhileReading("KEY_UNIQUE"),
};
