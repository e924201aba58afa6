import { expect, test } from "vitest";
import { outcome } from "../evaluation/outcome.ts";
import { Counter } from "./counter.ts";

const on = outcome(true, "on", "STATIC");
const off = outcome(false, "off", "DEFAULT");
const safe = outcome(false, undefined, "DISABLED");

test("the only outcome of a flag counts under its variant, together with what names it", () => {
  const counter = new Counter();
  counter.expect(on);
  counter.addOnly();
  counter.add(on);
  counter.addOnly();
  expect(counter.take()).toEqual([["on", 3]]);
  expect(counter.take()).toEqual([]);
  counter.addOnly();
  expect(counter.take()).toEqual([["on", 1]]);
});

test("what was counted of one snapshot is kept when the next one answers something else", () => {
  const counter = new Counter();
  counter.expect(on);
  counter.addOnly();
  counter.expect(undefined);
  counter.add(off);
  counter.expect(safe);
  counter.addOnly();
  counter.addOnly();
  expect(counter.take()).toEqual([
    ["on", 1],
    ["off", 1],
    ["", 2],
  ]);
});
