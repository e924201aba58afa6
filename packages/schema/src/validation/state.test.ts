import { describe, expect, it } from "vitest";
import { configure, initialState } from "../definition/configure.ts";
import { surroundingsOf } from "../project/check-project.ts";
import { parseProject } from "../project/parse-project.ts";
import { validateState } from "./state.ts";

const project = parseProject(
  new Map([
    [
      "flagwright.yaml",
      "project: shop\ncontext:\n  region: { enum: [MY, SG] }\n  age: { type: integer }\n  tenant: string\n  roles: { type: array, items: { type: string } }\n",
    ],
    [
      "flags/discount.yaml",
      "flag: discount\nkind: permission\nvalue: { type: object, properties: { percent: { type: number, maximum: 90 } }, required: [percent], additionalProperties: false }\ndefault: { percent: 0 }\nvariants: { none: { percent: 0 }, small: { percent: 5 } }\ncontext: { required: [region], optional: [age, roles] }\n",
    ],
    ["flags/limit.yaml", "flag: limit\nkind: operational\nvalue: integer\ndefault: 1\nvariants: { low: 1 }\n"],
    ["flags/segments/adults.yaml", "segment: adults\nwhen: { age: { '>=': 18 } }\n"],
    ["flags/segments/acme.yaml", "segment: acme\nwhen: { tenant: acme }\n"],
  ]),
);
const surroundings = surroundingsOf(project);
const flag = (key: string) => {
  const found = surroundings.definitions.get(key);
  if (found === undefined) throw new Error(`no ${key}`);
  return found;
};

const base = { ...initialState(flag("discount")), on: true };
const rule = (more: object): object => ({
  ...base,
  rules: [
    {
      id: "r",
      when: { attribute: "region", operator: "equals", value: "MY" },
      serve: { variant: "small" },
      onMiss: "next",
      ...more,
    },
  ],
});
const split = (ranges: readonly unknown[], more: object = {}): object => ({
  ...base,
  otherwise: { split: { by: ["targetingKey"], algorithm: "murmur3", ranges, ...more } },
});
const when = (condition: object): object => rule({ when: condition });
const compare = (attribute: unknown, operator: string, value: unknown): object => when({ attribute, operator, value });

const problems = (state: unknown, key = "discount"): readonly string[] =>
  validateState(flag(key), state, surroundings).map(({ pointer, code }) => `${pointer} ${code}`);

describe("a state that may be stored", () => {
  it.each<readonly [string, object]>([
    ["the one a flag starts with", initialState(flag("discount"))],
    ["a rule", rule({})],
    ["a variant of its own", { ...base, variants: [["huge", { percent: 90 }]], otherwise: { variant: "huge" } }],
    [
      "a split in whatever order, with a gap",
      split([
        ["small", 50_000, 60_000],
        ["none", 0, 50_000],
      ]),
    ],
    ["a segment it covers", when({ segment: "adults" })],
    ["a list attribute", compare("roles", "anyOf", ["admin"])],
    ["a window", { ...base, activeFrom: "2027-01-01T00:00:00Z", activeUntil: "2027-01-01T00:00:00.001Z" }],
  ])("%s", (_name, state) => {
    expect(problems(state)).toEqual([]);
    expect(configure(flag("discount"), state as typeof base).key).toBe("discount");
  });
});

describe("a state that may not, with its place and code", () => {
  it.each<readonly [object, readonly string[]]>([
    [{ ...base, otherwise: { variant: "smal" } }, ["/otherwise/variant VARIANT_KNOWN"]],
    [{ ...base, off: "nothing" }, ["/off VARIANT_KNOWN"]],
    [{ ...base, variants: [["huge", { percent: 91 }]] }, ["/variants/0/1/percent VARIANTS_MATCH_SCHEMA"]],
    [{ ...base, variants: [["small", { percent: 1 }]] }, ["/variants/0 VARIANT_UNIQUE"]],
    [
      split([
        ["small", 0, 60_000],
        ["none", 50_000, 100_000],
      ]),
      ["/otherwise/split/ranges/1 RANGES_APART"],
    ],
    [split([["small", 60_000, 50_000]]), ["/otherwise/split/ranges/0 RANGE_ORDER"]],
    [split([["small", 0, 100_001]]), ["/otherwise/split/ranges/0/2 SHAPE"]],
    [split([["small", 0, 1]], { by: ["tenant"] }), ["/otherwise/split/by/0 ATTRIBUTE_IN_CONTEXT"]],
    [
      split([["small", 0, 1]], {
        ramp: {
          steps: [
            ["2027-01-02T00:00:00Z", 1],
            ["2027-01-01T00:00:00Z", 2],
          ],
        },
      }),
      ["/otherwise/split/ramp/steps/1 RAMP_ORDER"],
    ],
    [compare("tenant", "equals", "acme"), ["/rules/0/when/attribute ATTRIBUTE_IN_CONTEXT"]],
    [compare("region", "equals", "MX"), ["/rules/0/when/value CONDITION_POSSIBLE"]],
    [compare("region", "looksLike", "MY"), ["/rules/0/when/operator OPERATOR_KNOWN"]],
    [compare("age", "atLeast", "18"), ["/rules/0/when/value OPERAND_TYPE"]],
    [compare("region", "atLeast", 18), ["/rules/0/when/value CONDITION_POSSIBLE"]],
    [compare("region", "matches", "("), ["/rules/0/when/value OPERAND_TYPE"]],
    [when({ segment: "adlts" }), ["/rules/0/when/segment SEGMENT_KNOWN"]],
    [when({ segment: "acme" }), ["/rules/0/when/segment SEGMENT_CONTEXT_COVERED"]],
    [when({ flag: "nowhere", is: "on" }), ["/rules/0/when/flag REQUIRES_KNOWN_FLAG"]],
    [when({ flag: "limit", is: ["high"] }), ["/rules/0/when/is VARIANT_KNOWN"]],
    [{ ...base, autoOff: "2027-02-30T00:00:00Z" }, ["/autoOff INSTANT_EXISTS"]],
    [
      { ...base, activeFrom: "2027-01-02T00:00:00Z", activeUntil: "2027-01-01T00:00:00Z" },
      ["/activeUntil WINDOW_ORDER"],
    ],
    [
      { ...base, targets: [{ match: [["region", ["MX"]]], serve: { variant: "small" } }] },
      ["/targets/0/match/0/1 CONDITION_POSSIBLE"],
    ],
  ])("%j", (state, expected) => {
    expect(problems(state)).toEqual(expected);
  });

  it("tells everything at once", () => {
    expect(
      problems({ ...(split([["smal", 0, 1]]) as object), off: "x", autoOff: "2027-13-01T00:00:00Z" }),
    ).toHaveLength(3);
  });

  it("a split where nothing buckets", () => {
    expect(problems(split([["low", 0, 1]]), "limit")).toEqual(["/otherwise/split SPLIT_HAS_BUCKETING"]);
  });

  it("two rules with one id", () => {
    const { rules } = rule({}) as { rules: readonly object[] };
    expect(problems({ ...base, rules: [...rules, ...rules] })).toEqual(["/rules/1/id RULE_ID_UNIQUE"]);
  });
});

describe("input from anywhere", () => {
  let deep: unknown = { attribute: "region", operator: "equals", value: "MY" };
  for (let level = 0; level < 50; level++) deep = { not: deep };
  let deeper: unknown = {};
  for (let level = 0; level < 20_000; level++) deeper = { not: deeper };

  it.each<readonly [string, unknown]>([
    ["null", null],
    ["a text", "on"],
    ["an array", []],
    ["nothing", {}],
    ["a getter's result", { on: 1 }],
    ["an unknown member", { ...base, killed: true }],
    ["__proto__", JSON.parse('{"__proto__": {"on": true}}')],
    ["not a number", { ...base, variants: [["x", Number.NaN]] }],
    ["a condition 50 levels deep", when(deep as object)],
    ["a condition 20,000 levels deep", when(deeper as object)],
    ["two forms of a condition at once", when({ all: [], segment: "adults" })],
    ["two forms of what is served", { ...base, otherwise: { variant: "small", default: true } }],
  ])("%s is refused with a problem, and never throws", (_name, input) => {
    expect(validateState(flag("discount"), input, surroundings).length).toBeGreaterThan(0);
  });
});
