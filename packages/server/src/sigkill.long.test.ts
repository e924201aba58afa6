import { test } from "vitest";
import { killWhileChanging } from "./testing/sigkill.ts";

// oxlint-disable-next-line vitest/expect-expect -- the scenario asserts
test("of 200 changes with 8 kills nothing that was acknowledged is lost", { timeout: 600_000 }, () =>
  killWhileChanging(200, 8),
);
