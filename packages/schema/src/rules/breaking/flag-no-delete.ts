import { wireKey } from "../../definition/identity.ts";
import { type BreakingRule, was } from "./rule.ts";

export const flagNoDelete: BreakingRule = {
  id: "FLAG_NO_DELETE",
  purpose: "A version stays until it has been sunset.",
  categories: ["SOURCE", "READERS", "STORED"],
  severity: "error",
  pair: "removed-version",
  docs: {
    what: "A definition that is gone without `lifecycle: { status: sunset }` and a sunset date that has come.",
    why: "Its getter vanishes from the generated module, and clients that are deployed get their default for ever.",
    example: "# flags/new-checkout.yaml was deleted",
    fix: "Set `lifecycle: { status: sunset, sunset: 2027-01-31 }`, wait for the day, then delete the file. When it was renamed, write `renamedFrom`.",
  },
  *check({ before, current, today }) {
    const { lifecycle, key } = before.value;
    if (lifecycle.status === "sunset" && (lifecycle.sunset === undefined || lifecycle.sunset <= today)) return;
    if (current.definitions.some(({ value }) => value.renamedFrom === key)) return;
    const date = lifecycle.status === "sunset" ? lifecycle.sunset : undefined;
    yield {
      ...was(before, "/key"),
      message:
        date === undefined
          ? `${wireKey(before.value)} was deleted while it is ${lifecycle.status}.`
          : `${wireKey(before.value)} was deleted before its sunset on ${date}.`,
      help: "Restore the file, set `lifecycle: { status: sunset, sunset: <date> }`, and delete it after that day.",
      identity: lifecycle.status,
    };
  },
};
