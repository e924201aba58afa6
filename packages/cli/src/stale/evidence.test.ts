import type { Rule, Serve } from "@flagwright/runtime";
import type { FlagDefinition, FlagState } from "@flagwright/schema";
import { describe, expect, test } from "vitest";
import { servedToAll, staleEvidence } from "./evidence.ts";

const definition = {
  key: "new-checkout",
  kind: "release",
  requires: [],
  lifecycle: { status: "active" },
} as unknown as FlagDefinition;
const state: FlagState = { on: true, variants: [], targets: [], rules: [], otherwise: { variant: "on" } };
const rule = (serve: Serve): Rule => ({ id: "r", when: { all: [] }, serve, onMiss: "next" });
const split = (...ranges: readonly (readonly [string, number, number])[]): Serve => ({
  split: { by: ["targetingKey"], algorithm: "murmur3", ranges },
});

describe("servedToAll", () => {
  test.each<[string, Partial<FlagState>, string | undefined]>([
    ["one variant", {}, "on"],
    ["the default", { otherwise: { default: true } }, "its default"],
    ["a split with one variant in it", { otherwise: split(["on", 0, 60_000], ["on", 60_000, 100_000]) }, "on"],
    ["rules that serve the same", { rules: [rule({ variant: "on" })] }, "on"],
    ["a rule that serves something else", { rules: [rule({ variant: "off" })] }, undefined],
    ["a target that serves something else", { targets: [{ match: [], serve: { variant: "off" } }] }, undefined],
    ["a split with a gap", { otherwise: split(["on", 0, 99_999]) }, undefined],
    ["a split of two", { otherwise: split(["on", 0, 99_999], ["off", 99_999, 100_000]) }, undefined],
    ["a flag that is off", { on: false }, undefined],
    ["a flag that ends by itself", { autoOff: "2027-01-01T00:00:00Z" }, undefined],
  ])("%s", (_what, given, served) => {
    expect(servedToAll(definition, { ...state, ...given })).toBe(served);
  });

  test("what depends on another flag depends", () => {
    expect(servedToAll({ ...definition, requires: [{ flag: "other", is: "on" }] }, state)).toBeUndefined();
  });
});

describe("staleEvidence", () => {
  const today = "2026-11-21";
  const why = (given: Partial<FlagDefinition>, rest: object = {}): readonly string[] =>
    staleEvidence({ definition: { ...definition, ...given }, today, ...rest }).map(({ words }) => words);

  test("counts days from the expiry, which is itself the first day", () => {
    expect(why({ expires: "2026-11-22" })).toEqual([]);
    expect(why({ expires: "2026-11-21" })).toEqual(["expired today"]);
    expect(why({ expires: "2026-11-20" })).toEqual(["expired yesterday"]);
    expect(why({ expires: "2026-10-22" })).toEqual(["expired 30 days ago"]);
  });

  test("a sunset that has passed, and one that has not", () => {
    expect(why({ lifecycle: { status: "deprecated", sunset: "2026-12-01" } })).toEqual([]);
    expect(why({ lifecycle: { status: "deprecated", sunset: "2026-11-01" } })).toEqual(["sunset 20 days ago"]);
    expect(why({ lifecycle: { status: "sunset" } })).toEqual(["sunset"]);
  });

  test("fully rolled out, for flags that are meant to go", () => {
    const served = { state: { environment: "production", value: state, killed: false } };
    expect(why({}, served)).toEqual(["serves on to everybody in production"]);
    expect(why({ kind: "operational" }, served)).toEqual([]);
    expect(why({}, { state: { ...served.state, killed: true } })).toEqual([]);
  });

  test("unused, only when somebody has looked", () => {
    expect(why({}, { uses: 0 })).toEqual(["no code uses it"]);
    expect(why({}, { uses: 1 })).toEqual([]);
    expect(why({})).toEqual([]);
  });
});
