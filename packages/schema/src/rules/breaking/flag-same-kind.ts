import { at, type BreakingRule } from "./rule.ts";

export const flagSameKind: BreakingRule = {
  id: "FLAG_SAME_KIND",
  purpose: "A flag keeps its kind.",
  categories: ["POLICY"],
  severity: "warning",
  pair: "version",
  docs: {
    what: "A flag whose `kind` has changed.",
    why: "The kind decides whether the flag ends, whether it ends by itself, and who may see to it.",
    example: "kind: permission   # was release",
    fix: "Restore the kind, or say why in the commit.",
  },
  *check({ before, after }) {
    if (before.value.kind === after.value.kind) return;
    yield {
      ...at(after, "/kind"),
      message: `The kind was ${before.value.kind} and is now ${after.value.kind}.`,
      help: "Restore it, or make sure that its owner knows.",
      identity: `${before.value.kind} ${after.value.kind}`,
    };
  },
};
