import { finding, type LintRule } from "./rule.ts";

export const ownerPresent: LintRule = {
  id: "OWNER_PRESENT",
  purpose: "Every flag has an owner.",
  categories: ["ownership"],
  severity: "warning",
  docs: {
    what: "A flag without `owner`.",
    why: "When a flag has to be removed, or does harm at night, somebody must be found.",
    example: "flag: new-checkout\nkind: release",
    fix: "Add `owner:` with a team or a person.",
  },
  *check({ project }) {
    for (const definition of project.definitions)
      if (definition.value.owner === undefined)
        yield finding(
          definition,
          "/key",
          `${definition.value.key} has no owner.`,
          "Add `owner:` with a team or a person.",
        );
  },
};
