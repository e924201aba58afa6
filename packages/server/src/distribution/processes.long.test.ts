import { expect, test } from "vitest";
import { runProcesses } from "./testing/process-history.ts";

const RUNS = 15;
const SECONDS = 120;

test(`${RUNS} times ${SECONDS} s of faults on real processes: nobody goes back, and all agree in the end`, async () => {
  for (let seed = 100; seed < 100 + RUNS; seed++)
    expect((await runProcesses(seed, SECONDS)).violations, `seed ${seed}`).toEqual([]);
}, 3_600_000);
