import { finding, type LintRule } from "./rule.ts";

export const expiryPresent: LintRule = {
  id: "EXPIRY_PRESENT",
  purpose: "Release flags and experiments end.",
  categories: ["lifecycle"],
  severity: "error",
  docs: {
    what: "A flag of kind release or experiment without `expires`.",
    why: "Such flags are for a while. Those without an end stay in the code for years, and their two branches with them.",
    example: "kind: release\nvalue: boolean\ndefault: false",
    fix: "Add `expires:` with the day by which the flag should be gone. A flag that stays is of kind permission, operational or configuration.",
  },
  *check({ project }) {
    for (const definition of project.definitions) {
      const { key, kind, expires } = definition.value;
      if ((kind === "release" || kind === "experiment") && expires === undefined)
        yield finding(
          definition,
          "/kind",
          `${key} is of kind ${kind} and has no expiry date.`,
          "Add `expires:` with the day by which the flag should be gone from the code.",
        );
    }
  },
};
