import { foundWhileReading, type LintRule } from "./rule.ts";

export const defaultPresent: LintRule = {
  id: "DEFAULT_PRESENT",
  purpose: "Every flag has a default.",
  categories: ["values"],
  severity: "error",
  needed: true,
  docs: {
    what: "A flag without `default`.",
    why: "The default is what is served when the flag is killed, when no server can be reached, and when a value is invalid. Without it there is no safe answer.",
    example: "flag: new-checkout\nkind: release\nvalue: boolean",
    fix: "Add `default:` with the value that harms nobody.",
  },
  check: foundWhileReading("DEFAULT_PRESENT"),
};
