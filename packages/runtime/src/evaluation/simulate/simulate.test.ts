import { describe, expect, test } from "vitest";
import { reweigh } from "../reweigh.ts";
import { makeFlag, makeRule, makeSegment, makeSnapshot } from "../testing/make.ts";
import { simulate } from "./simulate.ts";

const at = Date.parse("2026-11-21T12:00:00Z");
const contexts = Array.from({ length: 1000 }, (_, index) => ({
  targetingKey: `user-${index}`,
  region: index % 2 === 0 ? "MY" : "SG",
}));

describe("simulate", () => {
  const rollout = (buckets: number): ReturnType<typeof makeFlag> =>
    makeFlag("rollout", {
      otherwise: {
        split: {
          by: ["targetingKey"],
          algorithm: "murmur3",
          ranges: reweigh(
            [],
            [
              ["on", buckets],
              ["off", 100_000 - buckets],
            ],
          ),
        },
      },
    });

  test("counts the answers that change, where to and for whom, and leaves the others out", () => {
    const from = makeSnapshot([rollout(10_000), makeFlag("same")]);
    const to = makeSnapshot([rollout(20_000), makeFlag("same")]);
    const simulation = simulate(from, to, contexts, { at, examples: 2 });
    expect(simulation).toMatchObject({ contexts: 1000, answers: 2000, flags: [{ flag: "rollout" }], segments: [] });
    const [change] = simulation.flags;
    expect(change?.moves).toEqual([{ from: "off", to: "on", contexts: simulation.changed }]);
    expect(Math.abs(simulation.changed - 100)).toBeLessThan(40);
    expect(change?.examples).toHaveLength(2);
    expect(change?.examples[0]).toMatchObject({ from: { variant: "off" }, to: { variant: "on" } });
  });

  test("tells a flag that comes or goes from one that serves its default", () => {
    const from = makeSnapshot([makeFlag("gone"), makeFlag("a")]);
    const to = makeSnapshot([makeFlag("a", { on: false }), makeFlag("new", { otherwise: { default: true } })]);
    const { flags } = simulate(from, to, contexts.slice(0, 1), { at });
    expect(Object.fromEntries(flags.map(({ flag, moves }) => [flag, moves[0]]))).toEqual({
      gone: { from: "on", to: undefined, contexts: 1 },
      a: { from: "on", to: null, contexts: 1 },
      new: { from: undefined, to: null, contexts: 1 },
    });
  });

  test("says who enters and leaves a segment", () => {
    const inRegion = (region: string) =>
      makeSegment("s", { when: { attribute: "region", operator: "equals", value: region } });
    const flags = [makeFlag("a", { rules: [makeRule({ segment: "s" })], otherwise: { variant: "off" } })];
    const simulation = simulate(
      makeSnapshot(flags, { segments: [inRegion("MY")] }),
      makeSnapshot(flags, { segments: [inRegion("SG")] }),
      contexts,
      { at },
    );
    expect(simulation.segments).toEqual([{ segment: "s", entered: 500, left: 500 }]);
    expect(simulation.changed).toBe(1000);
  });

  test("the order of an object's members is no change", () => {
    const serve = (value: { readonly [name: string]: number }) =>
      makeSnapshot([makeFlag("a", { variants: [["on", value]] })]);
    expect(simulate(serve({ a: 1, b: 2 }), serve({ b: 2, a: 1 }), contexts, { at }).changed).toBe(0);
  });
});
