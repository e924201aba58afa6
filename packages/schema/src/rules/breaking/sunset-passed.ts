import { wireKey } from "../../definition/identity.ts";
import { at, type BreakingRule } from "./rule.ts";

export const sunsetPassed: BreakingRule = {
  id: "SUNSET_PASSED",
  purpose: "A flag past its sunset is gone.",
  categories: ["POLICY"],
  severity: "warning",
  pair: "standing-version",
  docs: {
    what: "A definition whose sunset date has come.",
    why: "It was announced that the flag would be gone. What is left is code that nobody needs.",
    example: "lifecycle: { status: sunset, sunset: 2026-01-31 }",
    fix: "Remove the flag from the code, then delete the file.",
  },
  *check({ after, today }) {
    const { lifecycle } = after.value;
    const date = "sunset" in lifecycle ? lifecycle.sunset : undefined;
    if (date === undefined || date > today) return;
    yield {
      ...at(after, "/lifecycle/sunset"),
      message: `${wireKey(after.value)} was to be gone by ${date}.`,
      help: "Remove it from the code, then delete the file.",
      identity: date,
    };
  },
};
