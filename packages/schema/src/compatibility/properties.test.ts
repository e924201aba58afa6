import { describe, it } from "vitest";
import { laws } from "./testing/laws.ts";

/** The long run tries seventy times as much. */
const runs = 20;

describe("the comparison, for random schemas", () => {
  it.each(laws)("$claim", async ({ check }) => {
    await check(runs);
  });
});
