import { wireKey } from "../../definition/identity.ts";
import { daysBetween } from "./days.ts";
import { at, type BreakingRule } from "./rule.ts";

export const staleOverSla: BreakingRule = {
  id: "STALE_OVER_SLA",
  purpose: "A flag is gone in the agreed time after its expiry date.",
  categories: ["POLICY"],
  severity: "error",
  pair: "standing-version",
  docs: {
    what: "A flag that is past its expiry date: a warning first, an error after `stale.failAfterDays` of flagwright.yaml.",
    why: "Expired flags keep two branches of code alive that nobody tests any more.",
    example: "expires: 2026-01-31",
    fix: "Remove the flag from the code and delete the file.",
  },
  *check({ after, current, today }) {
    const { expires, owner } = after.value;
    const { warnAfterDays, failAfterDays } = current.config.stale;
    if (expires === undefined) return;
    const late = daysBetween(expires, today);
    if (late <= 0 || late < warnAfterDays) return;
    yield {
      ...at(after, "/expires"),
      severity: late > failAfterDays ? "error" : "warning",
      message: `${wireKey(after.value)} expired ${late} days ago; ${failAfterDays} are agreed.`,
      help: `Remove it from the code and delete the file${owner === undefined ? "" : `; ask ${owner}`}.`,
      identity: expires,
    };
  },
};
