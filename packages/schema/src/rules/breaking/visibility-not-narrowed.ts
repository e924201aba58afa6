import { at, type BreakingRule } from "./rule.ts";

export const visibilityNotNarrowed: BreakingRule = {
  id: "VISIBILITY_NOT_NARROWED",
  purpose: "A flag that browsers read stays visible to them.",
  categories: ["READERS", "SOURCE"],
  severity: "error",
  pair: "version",
  docs: {
    what: "`visibility` that went from client to server.",
    why: "Browsers that are deployed get their default from then on, and the generated client output loses the getter.",
    example: "visibility: server   # was client",
    fix: "Keep it visible until no deployed page asks for it.",
  },
  *check({ before, after }) {
    if (before.value.visibility !== "client" || after.value.visibility === "client") return;
    yield {
      ...at(after, "/visibility"),
      message: "Browsers could read the flag, and no longer can.",
      help: "Keep `visibility: client` until no deployed page asks for it.",
      identity: "client server",
    };
  },
};
