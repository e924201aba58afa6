import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { FlagConfiguration } from "../../snapshot/model.ts";
import { parseSnapshot } from "../../snapshot/parse-snapshot.ts";
import { operatorEnvironment } from "../operators/operators.ts";
import { regularExpressions } from "../regular-expressions.ts";
import { contexts, snapshots, times } from "../testing/arbitrary-snapshot.ts";
import { expectSameAnswers } from "../testing/compare-compact.ts";
import { makeFlag, makeRule, makeSnapshot } from "../testing/make.ts";
import { compactFlags } from "./snapshot.ts";

const environment = operatorEnvironment(regularExpressions);

test("random snapshots answer random contexts as they do everywhere else", () => {
  fc.assert(
    fc.property(
      snapshots.filter((snapshot) => parseSnapshot(snapshot).ok),
      fc.array(fc.tuple(contexts, times), { minLength: 10, maxLength: 10 }),
      expectSameAnswers,
    ),
    { numRuns: 1000 },
  );
});

const needs = (flag: string): Partial<FlagConfiguration> => ({ prerequisites: [{ flag, is: "on" }] });
const chain = (length: number): readonly FlagConfiguration[] =>
  Array.from({ length }, (_, at) => makeFlag(`link-${at}`, needs(`link-${at + 1}`)));

test.each([
  ["a chain", chain(30)],
  ["a chain the other way round", chain(30).toReversed()],
  ["a chain with a foot", [...chain(30), makeFlag("link-30")]],
  ["a chain too long for a stack", [...chain(20_000), makeFlag("link-20000")]],
  ["a circle, and what leads to it", [makeFlag("a", needs("b")), makeFlag("b", needs("a")), makeFlag("c", needs("a"))]],
  ["a flag that needs itself", [makeFlag("a", needs("a"))]],
  [
    "flags that ask each other far too often",
    Array.from({ length: 18 }, (_, at) =>
      makeFlag(`f-${at}`, {
        rules: [makeRule({ any: [1, 2].map(() => ({ not: { flag: `f-${at + 1}`, is: "on" as const } })) })],
      }),
    ),
  ],
])("references end where they end everywhere else: %s", (_what, flags) => {
  expectSameAnswers(makeSnapshot(flags), [[{ targetingKey: "u" }, 0]]);
});

const throwing = new Proxy(
  {},
  {
    get: () => {
      throw new Error("no");
    },
  },
);
test("hostile contexts get the answer that they get everywhere else", () => {
  const hostile: readonly unknown[] = [
    null,
    undefined,
    1,
    "text",
    [],
    ["a"],
    throwing,
    { targetingKey: throwing },
    { targetingKey: 1n },
    { targetingKey: -0 },
    { targetingKey: Number.NaN },
    { targetingKey: "x".repeat(100_000) },
    { targetingKey: "\ud800" },
    new Date(0),
    JSON.parse('{ "__proto__": "x", "constructor": "y" }'),
  ];
  fc.assert(
    fc.property(
      snapshots.filter((snapshot) => parseSnapshot(snapshot).ok),
      (snapshot) => {
        expectSameAnswers(
          snapshot,
          hostile.map((context) => [context, 0]),
        );
      },
    ),
    { numRuns: 200 },
  );
});

test("a flag that has become unreadable answers as it last did, the others as they now are", () => {
  const strange = makeRule({ attribute: "x", operator: "resembles", value: 1 });
  const before = compactFlags(makeSnapshot([makeFlag("a"), makeFlag("b")]), environment);
  const after = compactFlags(
    makeSnapshot([makeFlag("a", { rules: [strange] }), makeFlag("b", { on: false })]),
    environment,
    before,
  );
  const later = compactFlags(makeSnapshot([makeFlag("a", { rules: [strange] })]), environment, after);
  expect(later.get("a")).toMatchObject({ unreadable: expect.stringContaining("resembles") as unknown });
  for (const flags of [before, after, later])
    expect(flags.get("a")?.evaluate({}, 0)).toEqual(before.get("a")?.evaluate({}, 0));
  expect(after.get("b")?.evaluate({}, 0)).toMatchObject({ reason: "DISABLED" });
});
