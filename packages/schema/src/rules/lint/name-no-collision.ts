import type { LocatedDefinition } from "../../project/model.ts";
import { finding, type LintRule } from "./rule.ts";

export const nameNoCollision: LintRule = {
  id: "NAME_NO_COLLISION",
  purpose: "Two flags give two names in code.",
  categories: ["naming"],
  severity: "error",
  docs: {
    what: "Keys that become the same name when camel-cased, such as `new-checkout` and `new.checkout`.",
    why: "The generated module has one export per flag. A name that stands for two flags cannot be generated.",
    example: "# a.yaml\nflag: new-checkout\n# b.yaml\nflag: new.checkout",
    fix: "Rename the newer of the two.",
  },
  *check({ project }) {
    const named = new Map<string, LocatedDefinition>();
    for (const definition of project.definitions) {
      const name = codeName(definition.value.key, definition.value.version);
      const other = named.get(name);
      if (other !== undefined && other.value.key !== definition.value.key)
        yield finding(
          definition,
          "/key",
          `${definition.value.key} and ${other.value.key} both become ${name} in code; the other is in ${other.file}.`,
          "Rename the newer of the two.",
        );
      named.set(name, definition);
    }
  },
};

/** The export's name without what resolves reserved words: enough to see two that are the same. */
function codeName(key: string, version: number): string {
  const [first = "", ...words] = key.split(/[-.]/);
  const name = [first, ...words.map((word) => word.charAt(0).toUpperCase() + word.slice(1))].join("");
  return version === 1 ? name : `${name}V${version}`;
}
