import { daysBetween } from "./days.ts";
import { at, type BreakingRule } from "./rule.ts";

export const expiryExtended: BreakingRule = {
  id: "EXPIRY_EXTENDED",
  purpose: "An expiry date is kept.",
  categories: ["POLICY"],
  severity: "warning",
  pair: "version",
  docs: {
    what: "An expiry date that was moved to a later day, or removed.",
    why: "Flags that are extended again and again never go. The check says by how much, how old the flag is and, in git, how often it was extended before.",
    example: "expires: 2027-06-30   # was 2027-01-31",
    fix: "Remove the flag instead, or say in the commit why it stays.",
  },
  *check({ before, after, expiries = [] }) {
    const [old, date] = [before.value.expires, after.value.expires];
    if (old === undefined || (date !== undefined && date <= old)) return;
    const { created } = after.value;
    const age = created === undefined ? "" : `; it will be ${daysBetween(created, date ?? old)} days old`;
    // From the newest to the oldest: a later date follows an earlier one.
    const dates = [old, ...expiries];
    const times = dates.filter((each, index) => each > (dates[index + 1] ?? each)).length;
    const again = times === 0 ? "" : ` It was extended ${times === 1 ? "once" : `${times} times`} before.`;
    const moved =
      date === undefined
        ? `The expiry date, ${old}, was removed.`
        : `The expiry date was moved by ${daysBetween(old, date)} days, from ${old} to ${date}${age}.`;
    yield {
      ...at(after, "/expires"),
      message: moved + again,
      help: "Remove the flag instead, or say in the commit why it stays.",
      identity: `${old} ${date ?? "never"}`,
    };
  },
};
