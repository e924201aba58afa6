import { wireKey } from "../../definition/identity.ts";
import { at, type BreakingRule } from "./rule.ts";

export const breakNeedsNewVersion: BreakingRule = {
  id: "BREAK_NEEDS_NEW_VERSION",
  purpose: "A version keeps the type of its values.",
  categories: ["SOURCE", "READERS", "STORED"],
  severity: "error",
  pair: "version",
  docs: {
    what: "A flag whose values become another type, within one version.",
    why: "Nothing that was made for the old type can use the new one: not the code, not the deployed clients, not what is stored.",
    example: "value: string   # was boolean",
    fix: "Make a new version with `flagwright bump`.",
  },
  *check({ before, after }) {
    const [was, is] = [before.value.type, after.value.type];
    if (was === is || was === "any" || is === "any" || (was === "number" && is === "integer")) return;
    yield {
      ...at(after, "/value"),
      message: `The values were of type ${was} and are now of type ${is}.`,
      help: "Make a new version.",
      command: `flagwright bump ${wireKey(after.value)}`,
      identity: `${was} ${is}`,
    };
  },
};
