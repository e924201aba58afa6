import { wireKey } from "../../definition/identity.ts";
import { suggestion } from "../../json/nearest.ts";
import { finding, type LintRule } from "./rule.ts";

export const replacementKnown: LintRule = {
  id: "REPLACEMENT_KNOWN",
  purpose: "What replaces a flag exists.",
  categories: ["lifecycle", "relations"],
  severity: "warning",
  docs: {
    what: "`lifecycle.replacement` that names a flag which no file defines.",
    why: "The generated getter tells its callers to use the replacement; they would look for it in vain.",
    example: "lifecycle: { status: deprecated, replacement: new-chekout }",
    fix: "Correct the key. Version 2 of a flag is named `key@2`.",
  },
  *check({ project }) {
    const keys = new Set(project.definitions.map(({ value }) => wireKey(value)));
    for (const definition of project.definitions) {
      const { lifecycle } = definition.value;
      const replacement = "replacement" in lifecycle ? lifecycle.replacement : undefined;
      if (replacement !== undefined && !keys.has(replacement))
        yield finding(
          definition,
          "/lifecycle/replacement",
          `There is no flag ${JSON.stringify(replacement)}.`,
          suggestion(replacement, keys),
        );
    }
  },
};
