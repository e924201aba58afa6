import { expect, test } from "vitest";
import { compareOrder } from "../snapshot/order.ts";
import { streamChaos } from "./testing/stream-chaos.ts";

test("chaos, a thousand seeds: nothing goes back, and the end is reached", async () => {
  for (let seed = 1_000; seed < 2_000; seed++) {
    const { orders, reached } = await streamChaos(seed);
    const back = orders.findIndex((order, index) => compareOrder(order, orders[index - 1] ?? order) < 0);
    expect({ seed, back, reached }).toEqual({ seed, back: -1, reached: true });
  }
}, 1_800_000);
