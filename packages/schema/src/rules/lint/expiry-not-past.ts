import { finding, type LintRule } from "./rule.ts";

export const expiryNotPast: LintRule = {
  id: "EXPIRY_NOT_PAST",
  purpose: "No flag is past its expiry date.",
  categories: ["lifecycle"],
  severity: "warning",
  docs: {
    what: "A flag whose `expires` is today or earlier.",
    why: "Somebody promised that the flag would be gone. An experiment past its date is off already.",
    example: "expires: 2020-01-31",
    fix: "Remove the flag from the code and delete the file, or set a later date and say why in the commit.",
  },
  *check({ project, today }) {
    for (const definition of project.definitions) {
      const { key, expires } = definition.value;
      // Calendar dates of one form: the order of the texts is the order of the days.
      if (expires !== undefined && expires <= today)
        yield finding(
          definition,
          "/expires",
          `${key} expired on ${expires}.`,
          "Remove the flag from the code and delete this file, or set a later date.",
        );
    }
  },
};
