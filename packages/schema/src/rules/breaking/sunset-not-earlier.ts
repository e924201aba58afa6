import { at, type BreakingRule } from "./rule.ts";

export const sunsetNotEarlier: BreakingRule = {
  id: "SUNSET_NOT_EARLIER",
  purpose: "A sunset date does not come nearer.",
  categories: ["POLICY"],
  severity: "error",
  pair: "version",
  docs: {
    what: "A sunset date that was moved to an earlier day.",
    why: "Teams have planned with the date that was announced.",
    example: "lifecycle: { status: deprecated, sunset: 2027-01-31 }   # was 2027-06-30",
    fix: "Restore the date.",
  },
  *check({ before, after }) {
    const [old, date] = [before.value.lifecycle, after.value.lifecycle].map((each) =>
      "sunset" in each ? each.sunset : undefined,
    );
    if (old === undefined || date === undefined || date >= old) return;
    yield {
      ...at(after, "/lifecycle/sunset"),
      message: `The sunset was announced for ${old}, and is now on ${date}.`,
      help: "Restore the date; teams have planned with it.",
      identity: `${old} ${date}`,
    };
  },
};
