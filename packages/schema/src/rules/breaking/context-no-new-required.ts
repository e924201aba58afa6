import { wireKey } from "../../definition/identity.ts";
import { at, type BreakingRule } from "./rule.ts";

export const contextNoNewRequired: BreakingRule = {
  id: "CONTEXT_NO_NEW_REQUIRED",
  purpose: "A flag asks for no more context than before.",
  categories: ["SOURCE", "READERS"],
  severity: "error",
  pair: "version",
  docs: {
    what: "An attribute that has become required.",
    why: "Callers that do not pass it no longer compile, and those that are deployed do not send it, so rules that read it do not match.",
    example: "context: { required: [region, plan] }   # plan is new",
    fix: "Make it optional, or make a new version.",
  },
  *check({ before, after }) {
    const required = new Set(before.value.context.required);
    for (const [index, name] of after.value.context.required.entries())
      if (!required.has(name))
        yield {
          ...at(after, `/context/required/${index}`),
          message: `The attribute ${name} is now required.`,
          help: "Make it optional, or make a new version.",
          command: `flagwright bump ${wireKey(after.value)}`,
          identity: name,
        };
  },
};
