import { at, type BreakingRule } from "./rule.ts";

export const saltSame: BreakingRule = {
  id: "SALT_SAME",
  purpose: "The bucketing salt stays.",
  categories: ["ASSIGNMENT"],
  severity: "error",
  pair: "version",
  docs: {
    what: "A salt that has changed.",
    why: "Everybody is put into another bucket, so nearly everybody gets another variant.",
    example: "salt: checkout-2027   # was new-checkout",
    fix: "Restore the salt. For a fresh assignment make a new flag.",
  },
  *check({ before, after }) {
    if (before.value.salt === after.value.salt) return;
    yield {
      ...at(after, "/salt"),
      message: `The salt was ${JSON.stringify(before.value.salt)} and is now ${JSON.stringify(after.value.salt)}: everybody is assigned anew.`,
      help: "Restore it. For a fresh assignment make a new flag.",
      identity: `${before.value.salt} ${after.value.salt}`,
    };
  },
};
