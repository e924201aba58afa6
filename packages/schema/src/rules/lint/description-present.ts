import { finding, type LintRule } from "./rule.ts";

export const descriptionPresent: LintRule = {
  id: "DESCRIPTION_PRESENT",
  purpose: "Every flag says what it does.",
  categories: ["ownership"],
  severity: "warning",
  docs: {
    what: "A flag without `description`, or with an empty one.",
    why: "The description becomes the documentation of the getter. Without it nobody knows what `off` means.",
    example: "flag: new-checkout\nkind: release",
    fix: "Say in one sentence what changes for whom when the flag is on.",
  },
  *check({ project }) {
    for (const definition of project.definitions)
      if ((definition.value.description ?? "").trim() === "")
        yield finding(
          definition,
          "/key",
          `${definition.value.key} has no description.`,
          "Say in one sentence what changes for whom when the flag is on.",
        );
  },
};
