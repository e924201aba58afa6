import { wireKey } from "../../definition/identity.ts";
import { stem } from "../../project/project-files.ts";
import { finding, type LintRule } from "./rule.ts";

export const fileNamedAfterFlag: LintRule = {
  id: "FILE_NAMED_AFTER_FLAG",
  purpose: "A file is named after its flag.",
  categories: ["naming"],
  severity: "warning",
  docs: {
    what: "A flag file whose name is not the flag's key, with `@version` from version 2 on.",
    why: "People look for a flag by its file, and reviews show file names.",
    example: "# flags/checkout/button.yaml\nflag: new-checkout",
    fix: "Rename the file to the key, or to `key@2.yaml` for version 2.",
  },
  *check({ project }) {
    for (const definition of project.definitions) {
      const name = wireKey(definition.value);
      if (stem(definition.file) !== name)
        yield finding(
          definition,
          "/key",
          `The file is named ${stem(definition.file)}, and the flag ${name}.`,
          `Rename the file to ${name}.yaml.`,
        );
    }
  },
};
