import { expect, test } from "vitest";
import { simulate } from "./testing/simulation.ts";

const RUNS = 40;

test(`${RUNS} seeded histories of changes and faults: nobody goes back, and all agree in the end`, async () => {
  let [changes, faults] = [0, 0];
  for (let seed = 1; seed <= RUNS; seed++) {
    const history = await simulate(seed);
    expect(history.violations, `seed ${seed}`).toEqual([]);
    changes += history.changes;
    faults += history.faults;
  }
  expect(changes).toBeGreaterThan(RUNS * 20);
  expect(faults).toBeGreaterThan(RUNS * 20);
}, 60_000);
