import { at, type BreakingRule } from "./rule.ts";

export const flagKeyNotReused: BreakingRule = {
  id: "FLAG_KEY_NOT_REUSED",
  purpose: "A key names one flag for ever.",
  categories: ["READERS", "ASSIGNMENT"],
  severity: "error",
  pair: "version",
  docs: {
    what: "A definition whose `created` is later than before: another flag under an old key.",
    why: "Clients that are deployed take the new flag for the old one, and people keep the buckets of the old one.",
    example: "flag: new-checkout\ncreated: 2027-03-01   # was 2026-10-01",
    fix: "Give the new flag a key of its own.",
  },
  *check({ before, after, current }) {
    const { key, created } = after.value;
    const heir = current.definitions.find(({ value }) => value.renamedFrom === key && value.key !== key);
    if (heir !== undefined && before.value.created !== created)
      yield {
        ...at(after, "/key"),
        message: `${key} was renamed to ${heir.value.key}, and another flag has taken its key.`,
        help: "Give the new flag a key of its own.",
        identity: heir.value.key,
      };
    else if (created !== undefined && before.value.created !== undefined && created > before.value.created)
      yield {
        ...at(after, "/created"),
        message: `${key} was created on ${before.value.created}, and now on ${created}: it is another flag under the same key.`,
        help: "Give the new flag a key of its own, or restore the date.",
        identity: created,
      };
  },
};
