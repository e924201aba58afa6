import { describe, expect, test } from "vitest";
import { parseSnapshot } from "../../packages/runtime/src/snapshot/parse-snapshot.ts";
import { compile } from "../../packages/runtime/src/evaluation/compile.ts";
import { regularExpressions } from "../../packages/runtime/src/evaluation/regular-expressions.ts";
import { bucketOf, saltSeed } from "../../packages/runtime/src/evaluation/bucket.ts";
import { referenceEvaluate } from "../../packages/runtime/src/evaluation/testing/reference-evaluator.ts";
import { answerOf } from "./answer.ts";
import { loadBucketVectors, loadSuites } from "./cases.ts";

const suites = loadSuites();

test("there are at least 600 cases, and no two have one id", () => {
  const ids = suites.flatMap(({ cases }) => cases.map(({ id }) => id));
  expect(ids.length).toBeGreaterThanOrEqual(600);
  expect(new Set(ids).size).toBe(ids.length);
});

describe.each(suites)("the evaluator: $title", ({ snapshot, cases }) => {
  const parsed = parseSnapshot(structuredClone(snapshot));
  const compiled = compile(snapshot, { regularExpressions });

  test("the snapshot is accepted", () => {
    expect(parsed).toMatchObject({ ok: true });
  });

  test.each(cases)("$id", ({ flag, context, at, expect: expected }) => {
    expect(answerOf(compiled.flag(flag)?.evaluate(context, at))).toEqual(expected);
  });

  test.each(cases)("the reference evaluator: $id", ({ flag, context, at, expect: expected }) => {
    expect(answerOf(referenceEvaluate(snapshot, flag, context, at))).toEqual(expected);
  });
});

test("every published bucket", () => {
  const vectors = loadBucketVectors();
  expect(vectors.map(([salt, value]) => [salt, value, bucketOf(value, saltSeed(salt))])).toEqual(vectors);
});
