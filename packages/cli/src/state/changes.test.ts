import type { FlagState } from "@flagwright/schema";
import { describe, expect, test } from "vitest";
import { changesBetween } from "./changes.ts";

const state: FlagState = { on: false, variants: [], targets: [], rules: [], otherwise: { default: true } };

describe("changesBetween", () => {
  test("equal states differ in nothing", () => {
    expect(changesBetween(state, { ...state })).toEqual([]);
  });

  test("says each member in words, before and after", () => {
    const after: FlagState = {
      ...state,
      on: true,
      off: "none",
      variants: [["odd", { percent: 7 }]],
      targets: [{ match: [["tenant", ["acme"]]], serve: { variant: "odd" } }],
      rules: [
        {
          id: "my",
          when: {
            all: [
              { attribute: "region", operator: "in", value: ["MY", "SG"] },
              { not: { attribute: "plan", operator: "equals", value: "free" } },
            ],
          },
          serve: {
            split: {
              by: ["targetingKey"],
              algorithm: "murmur3",
              ranges: [
                ["none", 0, 50_000],
                ["odd", 50_000, 100_000],
              ],
            },
          },
          onMiss: "stop",
        },
      ],
      otherwise: { variant: "none" },
    };
    expect(changesBetween(state, after)).toEqual([
      { what: "state", before: "off", after: "on" },
      { what: "otherwise", before: "the default", after: "none" },
      { what: "off serves", before: "–", after: "none" },
      { what: "variant odd", before: "–", after: '{"percent":7}' },
      { what: "target 1", before: "–", after: "tenant is acme: odd" },
      {
        what: "rule 1",
        before: "–",
        after: 'region is MY or SG and not (plan is "free"): none 50 %, odd 50 %, else stop',
      },
    ]);
  });
});
