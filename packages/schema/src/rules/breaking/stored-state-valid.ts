import { checkState } from "../../validation/state.ts";
import { at, type BreakingRule } from "./rule.ts";

export const storedStateValid: BreakingRule = {
  id: "STORED_STATE_VALID",
  purpose: "What an environment has stored fits the new definition.",
  categories: ["STORED"],
  severity: "error",
  pair: "stored-state",
  docs: {
    what: "A state in the environment given by `--deployed` that names a variant, an attribute or a value which the definition no longer has. Stored values are finite, so each one is looked at.",
    why: "The push would be refused, or the flag could not be read any more.",
    example: "variants:\n  none: { percent: 0 }   # production serves small",
    fix: "Change the state in the environment first, or make a new version.",
  },
  *check({ after, state, environment, surroundings }) {
    for (const { pointer, message, help } of checkState(after.value, state, surroundings))
      yield {
        ...at(after, "/key"),
        message: `${environment} has a state that no longer fits, at ${pointer === "" ? "/" : pointer}: ${message}`,
        help: help ?? "Change the state in the environment first, or make a new version.",
        identity: `${environment} ${pointer} ${message}`,
      };
  },
};
