import { expect, test } from "vitest";
import { simulate } from "./testing/simulation.ts";

const RUNS = 2_000;
const FIRST_SEED = 10_000;

test(`${RUNS} seeded histories: nobody goes back, and all agree in the end`, async () => {
  let [changes, faults] = [0, 0];
  for (let seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed++) {
    const history = await simulate(seed);
    expect(history.violations, `seed ${seed}`).toEqual([]);
    changes += history.changes;
    faults += history.faults;
  }
  console.info(`${RUNS} histories: ${changes} changes, ${faults} faults, no violation`);
}, 3_600_000);
