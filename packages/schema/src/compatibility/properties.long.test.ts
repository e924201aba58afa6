import { describe, it } from "vitest";
import { laws } from "./testing/laws.ts";

const runs = 1_500;
const timeout = 15 * 60_000;

describe("the comparison, for very many random schemas", () => {
  it.each(laws)(
    "$claim",
    async ({ check }) => {
      await check(runs);
    },
    timeout,
  );
});
