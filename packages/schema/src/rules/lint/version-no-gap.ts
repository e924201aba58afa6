import type { LocatedDefinition } from "../../project/model.ts";
import { finding, type LintRule } from "./rule.ts";

export const versionNoGap: LintRule = {
  id: "VERSION_NO_GAP",
  purpose: "The versions of a flag follow each other.",
  categories: ["lifecycle"],
  severity: "warning",
  docs: {
    what: "A version 4 after version 2, with no version 3 between.",
    why: "A missing version is either a slip or a definition deleted while clients still read it.",
    example: "# new-checkout.yaml and new-checkout@3.yaml, and there is no new-checkout@2.yaml\nversion: 3",
    fix: "Number the version after the last one. Old versions that have been retired may be missing.",
  },
  *check({ project }) {
    const before = new Map<string, LocatedDefinition>();
    for (const definition of project.definitions) {
      const { key, version } = definition.value;
      const last = before.get(key)?.value.version;
      if (last !== undefined && version > last + 1)
        yield finding(
          definition,
          "/version",
          `Version ${version} of ${key} follows version ${last}.`,
          `Make it version ${last + 1}.`,
        );
      before.set(key, definition);
    }
  },
};
