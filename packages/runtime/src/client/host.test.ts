import { expect, test } from "vitest";
import { systemHost } from "./host.ts";

test("a wait that is longer than timers can count does not end at once", async () => {
  let ended = false;
  const cancels = [Number.POSITIVE_INFINITY, 40 * 24 * 3_600_000].map((ms) =>
    systemHost.after(ms, () => {
      ended = true;
    }),
  );
  await new Promise((resolve) => setTimeout(resolve, 20));
  for (const cancel of cancels) cancel();
  expect(ended).toBe(false);
});
