import { expect, test } from "vitest";
import { compareOrder } from "../snapshot/order.ts";
import { streamChaos } from "./testing/stream-chaos.ts";

test.each([1, 2, 3, 4, 5, 6, 7, 8])("chaos, seed %i: nothing goes back, and the end is reached", async (seed) => {
  const { orders, reached } = await streamChaos(seed);
  for (const [index, order] of orders.entries())
    expect(compareOrder(order, orders[index - 1] ?? order)).toBeGreaterThanOrEqual(0);
  expect(reached).toBe(true);
});
