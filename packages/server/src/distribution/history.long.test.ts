import { expect, test } from "vitest";
import { simulate } from "./testing/simulation.ts";

const RUNS = 2_000;
const FIRST_SEED = 10_000;

test(`${RUNS} seeded histories: nobody goes back, and all agree in the end`, async () => {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed++)
    expect((await simulate(seed)).violations, `seed ${seed}`).toEqual([]);
}, 3_600_000);
