import { describe, expect, it } from "vitest";
import { compileWithHyperjump } from "../testing/hyperjump-validator.ts";
import { readSchema } from "../schema/document.ts";
import { compareSchemas, compareSchemaTexts, type Comparison, type Verdict } from "../index.ts";
import { corpus } from "./corpus.ts";
import { exactNumbers } from "./exact-numbers.ts";
import type { Relation } from "./pair.ts";

const answers: Record<Relation, readonly [Verdict["answer"], Verdict["answer"]]> = {
  same: ["yes", "yes"],
  wider: ["yes", "no"],
  narrower: ["no", "yes"],
  apart: ["no", "no"],
};

function answersOf({ previousInCurrent, currentInPrevious }: Comparison): readonly string[] {
  return [previousInCurrent.answer, currentInPrevious.answer];
}

describe.each(Object.entries(corpus))("%s", (_keyword, pairs) => {
  it.each(pairs)("%s: %s", (relation, _reason, previous, current) => {
    expect(answersOf(compareSchemas(previous, current))).toEqual(answers[relation]);
  });
});

describe("numbers beyond doubles", () => {
  it.each(exactNumbers)("%s: %s", (relation, _reason, previous, current) => {
    expect(answersOf(compareSchemaTexts(previous, current))).toEqual(answers[relation]);
  });
});

describe("the corpus", () => {
  const pairs = Object.values(corpus).flat();

  it("has at least 400 pairs, each with a reason of its own", () => {
    expect(pairs.length + exactNumbers.length).toBeGreaterThanOrEqual(400);
    const reasons = Object.entries(corpus).flatMap(([keyword, list]) =>
      list.map(([, reason]) => `${keyword}: ${reason}`),
    );
    expect(reasons.filter((reason, index) => reasons.indexOf(reason) !== index)).toEqual([]);
  });

  it("has witnesses that a second validator confirms", async () => {
    const refuted: string[] = [];
    for (const [, reason, previous, current] of pairs) {
      const { previousInCurrent, currentInPrevious } = compareSchemas(previous, current);
      if (previousInCurrent.answer !== "no" && currentInPrevious.answer !== "no") continue;
      const compile = (schema: typeof previous) => compileWithHyperjump(schema, readSchema(schema).dialect);
      const [before, now] = [await compile(previous), await compile(current)];
      const confirmed = (verdict: Verdict, inside: typeof before, outside: typeof before): boolean =>
        verdict.answer !== "no" || (inside(verdict.witness) && !outside(verdict.witness));
      if (!confirmed(previousInCurrent, before, now) || !confirmed(currentInPrevious, now, before))
        refuted.push(reason);
    }
    expect(refuted).toEqual([]);
  });
});
