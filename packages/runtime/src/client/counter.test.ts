import { expect, test } from "vitest";
import { Counter } from "./counter.ts";

const variants = [
  ["on", true],
  ["off", false],
] as const;

test("answers count under their variant, and the default under the empty name", () => {
  const counter = new Counter();
  counter.expect(variants);
  counter.add(1);
  counter.add(2);
  counter.add(1);
  counter.add(0);
  expect(counter.take()).toEqual([
    ["", 1],
    ["on", 2],
    ["off", 1],
  ]);
  expect(counter.take()).toEqual([]);
  counter.add(1);
  expect(counter.take()).toEqual([["on", 1]]);
});

test("what was counted of one snapshot is kept when the next one numbers its variants otherwise", () => {
  const counter = new Counter();
  counter.expect(variants);
  counter.add(1);
  counter.expect([["beta", 1], ...variants.toReversed()]);
  counter.add(1);
  counter.add(3);
  counter.expect([]);
  counter.add(0);
  expect(counter.take()).toEqual([
    ["on", 2],
    ["beta", 1],
    ["", 1],
  ]);
});

test("a flag with ever new variants is counted in part, and memory stays bounded", () => {
  const counter = new Counter();
  for (let snapshot = 0; snapshot < 1_500; snapshot++) {
    counter.expect([[`variant-${snapshot}`, snapshot]]);
    counter.add(1);
  }
  expect(counter.take()).toHaveLength(1_000);
});
