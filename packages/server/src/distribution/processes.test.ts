import { expect, test } from "vitest";
import { runProcesses } from "./testing/process-history.ts";

test("a few seconds of faults on real processes: nobody goes back, and all agree in the end", async () => {
  const history = await runProcesses(1, 8);
  expect(history.violations).toEqual([]);
  expect(history.acknowledged).toBeGreaterThan(0);
}, 150_000);
