import { test } from "vitest";
import { killWhileChanging } from "./testing/sigkill.ts";

// The whole form, with 200 changes and more kills, is in `sigkill.long.test.ts`.
// oxlint-disable-next-line vitest/expect-expect -- the scenario asserts
test("SIGKILL in the middle of changes loses nothing that was acknowledged", { timeout: 120_000 }, () =>
  killWhileChanging(40, 2),
);
