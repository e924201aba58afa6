import type { JsonValue } from "@flagwright/runtime";
import type { FlagState } from "@flagwright/schema";
import { describe, expect, test } from "vitest";
import type { FlagResource } from "../api/resources.ts";
import { Failure } from "../failure.ts";
import { parseValue, withValue, withVariant } from "./otherwise.ts";

const state: FlagState = { on: true, variants: [], targets: [], rules: [], otherwise: { variant: "normal" } };
const flag = (given: Partial<FlagState> = {}): FlagResource =>
  ({
    key: "search-timeout-ms",
    definition: {
      key: "search-timeout-ms",
      variants: [
        ["normal", 800],
        ["strict", 250],
      ],
    },
    state: { ...state, ...given },
  }) as unknown as FlagResource;

describe("withVariant", () => {
  test("changes what is left over and nothing else", () => {
    expect(withVariant(flag(), "strict")).toEqual({ ...state, otherwise: { variant: "strict" } });
  });

  test("knows the state's own variants", () => {
    expect(withVariant(flag({ variants: [["odd", 7]] }), "odd").otherwise).toEqual({ variant: "odd" });
  });

  test("names the variants there are, and the option that was meant when it was given a value", () => {
    const refused = (): unknown => withVariant(flag(), "500");
    expect(refused).toThrow('has no variant "500". It has normal, strict.');
    try {
      refused();
    } catch (error) {
      expect((error as Failure).help).toContain("--value '500'");
    }
  });

  test("a variant named like a member of every object is unknown like any other", () => {
    expect(() => withVariant(flag(), "__proto__")).toThrow("has no variant");
    expect(() => withVariant(flag(), "constructor")).toThrow("has no variant");
  });
});

describe("withValue", () => {
  test("uses the variant that has this value", () => {
    expect(withValue(flag(), 250)).toEqual({ ...state, otherwise: { variant: "strict" } });
  });

  test("compares values, not their text", () => {
    const object = flag({ variants: [["pair", { a: 1, b: [2] }]] });
    expect(withValue(object, { b: [2], a: 1 }).otherwise).toEqual({ variant: "pair" });
  });

  test("makes a variant, and gives the same one the next value instead of gathering them", () => {
    const first = withValue(flag(), 500);
    expect(first).toMatchObject({ variants: [["custom", 500]], otherwise: { variant: "custom" } });
    expect(withValue(flag(first), 600).variants).toEqual([["custom", 600]]);
  });

  test("never changes the value under somebody else's rule, target or off", () => {
    const custom: Partial<FlagState> = { variants: [["custom", 500]] };
    const rule = { id: "r", when: { all: [] }, serve: { variant: "custom" }, onMiss: "next" } as const;
    for (const served of [
      { ...custom, rules: [rule] },
      { ...custom, targets: [{ match: [], serve: { variant: "custom" } }] },
      { ...custom, off: "custom" },
    ])
      expect(withValue(flag(served), 600).variants).toEqual([
        ["custom", 500],
        ["custom-2", 600],
      ]);
  });

  test("does not take a name of the contract's", () => {
    expect(withValue(flag(), 1, "strict").variants).toEqual([["strict-2", 1]]);
  });
});

describe("parseValue", () => {
  test.each<[string, JsonValue]>([
    ["7", 7],
    ['"seven"', "seven"],
    ["null", null],
    ['{"a":[true]}', { a: [true] }],
  ])("reads %s as JSON", (text, value) => {
    expect(parseValue(text)).toEqual(value);
  });

  test("keeps __proto__ as a member like any other", () => {
    expect(Object.keys(parseValue('{"__proto__":1}') as object)).toEqual(["__proto__"]);
  });

  test("shows how to write a text when the quotes are missing", () => {
    try {
      parseValue("Five percent off");
      expect.unreachable();
    } catch (error) {
      expect((error as Failure).help).toContain(`--value '"Five percent off"'`);
    }
  });
});
