import { sameJson } from "../../json/canonical-json.ts";
import { at, type BreakingRule } from "./rule.ts";

export const defaultChanged: BreakingRule = {
  id: "DEFAULT_CHANGED",
  purpose: "The default stays as it is.",
  categories: ["READERS"],
  severity: "warning",
  pair: "version",
  docs: {
    what: "A default that has changed.",
    why: "The default is compiled into clients. While old and new are deployed side by side they have two ideas of what is safe.",
    example: "default: { percent: 5 }   # was 0",
    fix: "Deploy every client before you rely on the new default.",
  },
  *check({ before, after }) {
    if (sameJson(before.value.default, after.value.default)) return;
    yield {
      ...at(after, "/default"),
      message: `The default was ${JSON.stringify(before.value.default)} and is now ${JSON.stringify(after.value.default)}.`,
      help: "Clients keep the old one until they are deployed again.",
      identity: `${JSON.stringify(before.value.default)} ${JSON.stringify(after.value.default)}`,
    };
  },
};
