import { expect, test } from "vitest";
import { runProcesses } from "./testing/process-history.ts";

const RUNS = 15;
const SECONDS = 120;

test(`${RUNS} times ${SECONDS} s of faults on real processes: nobody goes back, and all agree in the end`, async () => {
  let acknowledged = 0;
  const faults = new Map<string, number>();
  for (let seed = 100; seed < 100 + RUNS; seed++) {
    const history = await runProcesses(seed, SECONDS);
    expect(history.violations, `seed ${seed}`).toEqual([]);
    acknowledged += history.acknowledged;
    for (const [fault, times] of Object.entries(history.faults)) faults.set(fault, (faults.get(fault) ?? 0) + times);
  }
  console.info(`${RUNS} histories: ${acknowledged} acknowledged changes, faults`, Object.fromEntries(faults));
}, 3_600_000);
