import { sameJson } from "../../json/canonical-json.ts";
import { at, type BreakingRule } from "./rule.ts";

export const renameWithoutAlias: BreakingRule = {
  id: "RENAME_WITHOUT_ALIAS",
  purpose: "A flag that is renamed says what it was called.",
  categories: ["SOURCE", "READERS", "ASSIGNMENT"],
  severity: "error",
  pair: "removed-version",
  docs: {
    what: "A flag that is gone beside a new one with the same values, default and owner, and no `renamedFrom`.",
    why: "Without it the new flag has another salt, so everybody is assigned anew, and callers of the old key find nothing.",
    example: "# new-checkout.yaml is gone\nflag: fast-checkout",
    fix: "Add `renamedFrom: new-checkout`. Both keys are served, and the salt stays.",
  },
  *check({ before, previous, current }) {
    const known = new Set(previous.definitions.map(({ value }) => value.key));
    const { key, schemaHash, default: safe, owner, kind } = before.value;
    const heirs = current.definitions.filter(
      ({ value }) =>
        !known.has(value.key) &&
        value.renamedFrom === undefined &&
        value.schemaHash === schemaHash &&
        value.kind === kind &&
        value.owner === owner &&
        sameJson(value.default, safe) &&
        sameJson(value.variants, before.value.variants),
    );
    const [heir] = heirs;
    // With several it is a guess; so it is for a plain boolean, unless the words are the same.
    if (heir === undefined || heirs.length > 1 || heir.value.description !== before.value.description) return;
    yield {
      ...at(heir, "/key"),
      message: `${heir.value.key} looks like ${key} under a new name.`,
      help: `Add \`renamedFrom: ${key}\`, so that both keys are served and nobody is assigned anew.`,
      identity: heir.value.key,
    };
  },
};
