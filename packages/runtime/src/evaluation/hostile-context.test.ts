import { describe, expect, test } from "vitest";
import type { Condition } from "../snapshot/model.ts";
import { compile } from "./compile.ts";
import type { EvaluationContext } from "./details.ts";
import { operatorTable } from "./operators/operator-table.ts";
import { regularExpressions } from "./regular-expressions.ts";
import { makeFlag, makeRule, makeSnapshot } from "./testing/make.ts";

const at = Date.parse("2026-11-21T12:00:00Z");
const boom = (): never => {
  throw new Error("boom");
};
const cyclic: { self?: unknown; list: unknown[] } = { list: [] };
cyclic.self = cyclic;
cyclic.list.push(cyclic.list);
const throwing = new Proxy(
  {},
  { get: boom, has: boom, getOwnPropertyDescriptor: boom, ownKeys: boom, getPrototypeOf: boom },
);
const revoked = Proxy.revocable({}, {});
revoked.revoke();
const badDate = new Date(0);
badDate.toISOString = boom;
const badString = { toString: boom, valueOf: boom, [Symbol.toPrimitive]: boom };

const values: readonly unknown[] = [
  undefined,
  null,
  Number.NaN,
  Infinity,
  -Infinity,
  -0,
  2n ** 70n,
  7n,
  Symbol("s"),
  boom,
  new Date(0),
  new Date(Number.NaN),
  badDate,
  badString,
  cyclic,
  cyclic.list,
  throwing,
  revoked.proxy,
  [throwing, revoked.proxy],
  new Map([["a", 1]]),
  Object.create(null),
  /x/,
  new Uint8Array(9),
  "x".repeat(1_000_000),
  "\ud800",
  Array.from({ length: 20_000 }, () => "x"),
  Object.assign([], { length: 1e9 }),
  Object.freeze({ a: 1 }),
  new (class {
    get x(): never {
      return boom();
    }
  })(),
  "a".repeat(65_536),
  `${"a".repeat(65_535)}!`,
  "1".repeat(60_000),
  `1.${"0".repeat(60_000)}`,
  ":".repeat(60_000),
  "-".repeat(60_000),
];

const conditions: readonly Condition[] = [
  ...operatorTable.map(({ name, example }): Condition => ({ attribute: "x", operator: name, value: example })),
  { attribute: "x", operator: "matches", value: "(a+)+$" },
  { attribute: "x", operator: "semver", value: ">=1" },
  { attribute: ["x", "self", "self", "list"], operator: "exists", value: true },
  { attribute: ["x", "x"], operator: "exists", value: true },
  { bucket: { by: ["x"], salt: "s", from: 0, to: 50_000 } },
];

describe("whatever a context holds, an evaluation gives a value or the default and never throws", () => {
  const flags = [
    ...conditions.map((when, index) =>
      makeFlag(`f${index}`, { rules: [makeRule(when)], otherwise: { variant: "off" } }),
    ),
    makeFlag("split", { otherwise: { split: { by: ["x"], algorithm: "murmur3", ranges: [["on", 0, 100_000]] } } }),
    makeFlag("composite", {
      otherwise: { split: { by: ["x", "x"], fallbackBy: "x", algorithm: "murmur3", ranges: [] } },
    }),
    makeFlag("target", { targets: [{ match: [["x", ["a", 1, true]]], serve: { variant: "on" } }] }),
    makeFlag("needs", {
      prerequisites: [
        { flag: "split", is: ["on"] },
        { flag: "target", is: "on" },
      ],
    }),
  ];
  const compiled = compile(makeSnapshot(flags), { regularExpressions });

  test.each(values.map((value, index) => [index, value] as const))("as an attribute: %i", (_index, value) => {
    for (const { key } of flags) {
      const outcome = compiled.flag(key)?.evaluate({ x: value }, at);
      expect(typeof outcome?.value).toBe("boolean");
    }
  });

  test.each(values.map((value, index) => [index, value] as const))("as the context itself: %i", (_index, value) => {
    for (const { key } of flags) {
      const outcome = compiled.flag(key)?.evaluate(value as EvaluationContext, at);
      expect(typeof outcome?.value).toBe("boolean");
    }
  });
});

describe("reading an attribute", () => {
  const evaluate = (when: Condition, context: object): unknown => {
    const flag = makeFlag("f", { rules: [makeRule(when)], otherwise: { variant: "off" } });
    const { value, reason, errorCode } =
      compile(makeSnapshot([flag]))
        .flag("f")
        ?.evaluate({ ...context }, at) ?? {};
    return reason === "ERROR" ? errorCode : value;
  };
  const equals = (value: string | number): Condition => ({ attribute: "x", operator: "equals", value });

  test("a date stands for its ISO 8601 text, a big integer for the number it is", () => {
    expect(evaluate(equals("1970-01-01T00:00:00.000Z"), { x: new Date(0) })).toBe(true);
    expect(evaluate({ attribute: "x", operator: "notBefore", value: "1970-01-01" }, { x: new Date(0) })).toBe(true);
    expect(evaluate(equals(7), { x: 7n })).toBe(true);
    expect(evaluate({ attribute: "x", operator: "exists", value: true }, { x: 2n ** 70n })).toBe(false);
    expect(evaluate({ attribute: "x", operator: "anyOf", value: [7] }, { x: [7n] })).toBe(true);
  });

  test("a getter that throws gives the default with INVALID_CONTEXT, and one that does not is an attribute", () => {
    const flag = makeFlag("f", { rules: [makeRule(equals("MY"))], otherwise: { variant: "off" } });
    const compiled = compile(makeSnapshot([flag])).flag("f");
    expect(
      compiled?.evaluate(
        {
          get x(): never {
            return boom();
          },
        },
        at,
      ),
    ).toMatchObject({ value: false, reason: "ERROR", errorCode: "INVALID_CONTEXT" });
    class Person {
      get x(): string {
        return "MY";
      }
    }
    expect(compiled?.evaluate(new Person() as unknown as EvaluationContext, at).value).toBe(true);
  });

  test("what every object inherits is no attribute", () => {
    for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"])
      expect(evaluate({ attribute: name, operator: "exists", value: true }, {})).toBe(false);
    expect(evaluate({ attribute: ["constructor", "name"], operator: "exists", value: true }, {})).toBe(false);
  });
});
