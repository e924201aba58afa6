import { describe, expect, it } from "vitest";
import type { JsonSchema } from "../definition/model.ts";
import { defaultLimits, type Limits } from "./budget.ts";
import { compareSchemas, type Verdict } from "./index.ts";

const range = (length: number): readonly number[] => Array.from({ length }, (_, index) => index);

const nested = (depth: number, leaf: JsonSchema): JsonSchema =>
  depth === 0 ? leaf : { oneOf: [nested(depth - 1, leaf), { required: [`k${depth}`] }, { maxProperties: depth }] };

const variant = (index: number, value: JsonSchema): JsonSchema => ({
  type: "object",
  required: ["tag"],
  properties: { tag: { const: `v${index}` }, value },
});

const cycle = (length: number, value: JsonSchema): JsonSchema => ({
  $ref: "#/$defs/d0",
  $defs: Object.fromEntries(
    range(length).map((index) => [
      `d${index}`,
      { type: "object", properties: { next: { $ref: `#/$defs/d${(index + 1) % length}` }, value } },
    ]),
  ),
});

const chain = (length: number): JsonSchema => ({
  $ref: "#/$defs/d0",
  $defs: Object.fromEntries(
    range(length).map((index) => [
      `d${index}`,
      index === length - 1 ? { type: "null" } : { $ref: `#/$defs/d${index + 1}` },
    ]),
  ),
});

type Answer = Verdict["answer"];
interface Attack {
  readonly name: string;
  readonly previous: JsonSchema;
  readonly current: JsonSchema;
  /** `unknown` is an answer as well; that there is one within the limits is the point. */
  readonly expected: readonly [Answer, Answer];
  readonly limits?: Limits;
}

const attacks: readonly Attack[] = [
  {
    name: "nested oneOf",
    previous: nested(10, { type: "object" }),
    current: nested(9, { type: "object" }),
    expected: ["no", "no"],
  },
  {
    name: "a count of 65,535 against a length",
    previous: { type: "string", pattern: "^[^]{0,65535}$" },
    current: { type: "string", maxLength: 65_535 },
    expected: ["yes", "yes"],
  },
  {
    name: "counts of 9,999 and 9,998",
    previous: { pattern: "^.{0,9999}$" },
    current: { pattern: "^.{0,9998}$" },
    expected: ["no", "yes"],
  },
  {
    name: "200 tagged variants by anyOf",
    previous: { anyOf: range(200).map((index) => variant(index, { type: "integer" })) },
    current: { anyOf: range(200).map((index) => variant(index, { type: "number" })) },
    expected: ["yes", "no"],
  },
  {
    name: "200 tagged variants by oneOf",
    previous: { oneOf: range(200).map((index) => variant(index, true)) },
    current: { oneOf: range(201).map((index) => variant(index, true)) },
    expected: ["yes", "no"],
  },
  {
    name: "200 required names in another order",
    previous: { anyOf: range(200).map((index) => ({ required: [`k${index}`] })) },
    current: { anyOf: range(200).map((index) => ({ required: [`k${199 - index}`] })) },
    expected: ["yes", "yes"],
  },
  {
    name: "200 ranges that make one",
    previous: { type: "number", minimum: 0, maximum: 200 },
    current: { anyOf: range(200).map((index) => ({ type: "number", minimum: index, maximum: index + 1 })) },
    expected: ["yes", "yes"],
  },
  {
    name: "cycles of references of different length",
    previous: cycle(20, { type: "integer" }),
    current: cycle(21, { type: "number" }),
    expected: ["yes", "no"],
  },
  { name: "a chain of 2,000 references", previous: chain(2_000), current: { type: "null" }, expected: ["yes", "yes"] },
  {
    name: "a pattern with 2^18 states",
    previous: { pattern: "^(a|b)*a(a|b){18}$" },
    current: { pattern: "^(a|b)*b(a|b){18}$" },
    expected: ["unknown", "unknown"],
    limits: { ...defaultLimits, automaton: 20_000 },
  },
  {
    name: "a pattern on which backtracking explodes",
    previous: { type: "string", pattern: "^(a+)+$", minLength: 40 },
    current: { type: "string", pattern: "^(a+)+b$" },
    expected: ["no", "no"],
  },
  {
    name: "30 independent conditions",
    previous: {
      allOf: range(30).map((index) => ({ if: { required: [`a${index}`] }, then: { required: [`b${index}`] } })),
    },
    current: {
      allOf: range(31).map((index) => ({ if: { required: [`a${index}`] }, then: { required: [`b${index}`] } })),
    },
    expected: ["no", "yes"],
  },
  {
    name: "nine overlapping contains",
    previous: { allOf: range(9).map((index) => ({ contains: { minimum: index }, minContains: 2, maxContains: 5 })) },
    current: { minItems: 3 },
    expected: ["no", "no"],
  },
  {
    name: "fifty different integers of fifty",
    previous: { type: "array", uniqueItems: true, items: { type: "integer", minimum: 1, maximum: 50 }, minItems: 51 },
    current: false,
    expected: ["yes", "yes"],
  },
  {
    name: "an enum of 100 objects",
    previous: { enum: range(100).map((index) => ({ a: index, b: [index] })) },
    current: { enum: range(101).map((index) => ({ b: [index], a: index })) },
    expected: ["yes", "no"],
  },
  {
    name: "lattices of nine primes",
    previous: {
      type: "integer",
      not: { anyOf: [2, 3, 5, 7, 11, 13, 17, 19, 23].map((multipleOf) => ({ multipleOf })) },
    },
    current: { not: { multipleOf: 29 } },
    expected: ["no", "no"],
  },
  {
    name: "an object of 200 members",
    previous: {
      properties: Object.fromEntries(range(200).map((index) => [`p${index}`, { type: "string", maxLength: index }])),
      additionalProperties: false,
    },
    current: {
      properties: Object.fromEntries(
        range(200).map((index) => [`p${index}`, { type: "string", maxLength: index === 199 ? 198 : index }]),
      ),
      additionalProperties: false,
    },
    expected: ["no", "yes"],
  },
  {
    name: "a thousand million items",
    previous: { type: "array", minItems: 1e9 },
    current: { type: "array", minItems: 2e9 },
    expected: ["unknown", "yes"],
  },
];

describe("schemas made to be hard end within the limits", () => {
  it.each(attacks)("$name", ({ previous, current, expected, limits = defaultLimits }) => {
    const { previousInCurrent, currentInPrevious } = compareSchemas(previous, current, { limits });
    expect([previousInCurrent.answer, currentInPrevious.answer]).toEqual(expected);
  });
});
