import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compile } from "../compile.ts";
import type { Outcome } from "../compiled-snapshot.ts";
import { regularExpressions } from "../regular-expressions.ts";
import { contexts, snapshots, times } from "../testing/arbitrary-snapshot.ts";
import { makeFlag, makeSegment, makeSnapshot } from "../testing/make.ts";
import { explain } from "./explain.ts";
import { explanationLines } from "./explanation.ts";

const at = Date.parse("2026-11-21T12:00:00Z");

describe("explain", () => {
  const flag = makeFlag("discount", {
    prerequisites: [{ flag: "new-checkout", is: "on" }],
    targets: [{ match: [["tenant", ["acme"]]], serve: { variant: "on" } }],
    activeUntil: "2027-01-01T00:00:00Z",
    rules: [
      {
        id: "r1",
        name: "Staff",
        when: { segment: "staff" },
        serve: { variant: "on" },
        onMiss: "next",
      },
      {
        id: "r2",
        name: "Paying, a quarter",
        when: {
          all: [
            { attribute: "region", operator: "in", value: ["MY", "SG"] },
            { not: { attribute: "plan", operator: "equals", value: "free" } },
          ],
        },
        serve: { split: { by: ["targetingKey"], algorithm: "murmur3", ranges: [["on", 0, 25_000]] } },
        onMiss: "next",
      },
    ],
    otherwise: { variant: "off" },
  });
  const segments = [
    makeSegment("staff", { exclude: ["x"], when: { attribute: "email", operator: "endsWith", value: "@acme.test" } }),
  ];
  const compiled = compile(makeSnapshot([flag, makeFlag("new-checkout")], { segments }));

  test("says step by step what was asked and what was found", () => {
    const lines = explanationLines(
      explain(compiled, "discount", { targetingKey: "u1", region: "MY", plan: "pro" }, at),
    );
    expect(lines).toEqual([
      "✓ the flag is on and not killed",
      "✓ active until 2027-01-01T00:00:00Z; it is 2026-11-21T12:00:00.000Z",
      "✓ the flag new-checkout is on",
      "✗ an individual target",
      '  ✗ tenant is one of ["acme"]; it is missing',
      "✗ rule r1 (Staff) does not match",
      "  ✗ in the segment staff",
      '    ✗ email ends with "@acme.test"; it is missing',
      "– rule r2 (Paying, a quarter) matches, and its split misses: the next rule is asked",
      "  ✓ all of 2",
      '    ✓ region is one of ["MY","SG"]; it is "MY"',
      "    ✓ not",
      '      ✗ plan is "free"; it is "pro"',
      '  ✓ by targetingKey, salt "discount": bucket 64968 of 100000',
      "    ✗ on has the buckets from 0 to before 25000",
      "→ otherwise: the variant off",
      "Answer: false, variant off (DEFAULT)",
    ]);
  });

  test("says why somebody is in or out of a segment", () => {
    const words = (context: object): string | undefined =>
      explanationLines(explain(compiled, "discount", { ...context }, at)).find((line) =>
        line.includes("segment staff"),
      );
    expect(words({ targetingKey: "x", email: "x@acme.test" })).toContain('"x" is excluded');
  });

  test("says of an unknown flag that it is unknown, and of a killed one who killed it", () => {
    expect(explain(compiled, "nope", {}, at)).toMatchObject({ outcome: undefined, steps: [{ kind: "missing" }] });
    const killed = { at: "2026-11-21T00:00:00Z", by: "ann", reason: "fire" };
    const overlaid = compiled.overlaid([{ epoch: 1, revision: 2, flag: "new-checkout", killed }]);
    expect(explain(overlaid, "new-checkout", {}, at).steps[0]?.words).toContain("killed by ann");
    expect(explain(overlaid, "discount", {}, at).steps.at(-1)?.words).toBe("a prerequisite is not met: the default");
  });

  test("does not throw for a context that cannot be read", () => {
    const context = new Proxy({}, { get: () => expect.unreachable() });
    const { outcome, steps } = explain(compiled, "discount", context, at);
    expect(outcome?.errorCode).toBe("INVALID_CONTEXT");
    expect(steps.at(-1)?.words).toBe("the default; The context could not be read.");
  });

  test("its last step names what the evaluator served, for random snapshots and contexts", () => {
    fc.assert(
      fc.property(snapshots, contexts, times, (snapshot, context, time) => {
        const random = compile(snapshot, { regularExpressions });
        for (const { key } of snapshot.flags) {
          const { outcome, steps } = explain(random, key, context, time, { regularExpressions });
          const answers = steps.filter(({ result }) => result === "answered");
          expect(answers.length).toBe(1);
          expect(answers[0]).toBe(steps.at(-1));
          expect(answers[0]?.words).toContain(servedWords(outcome));
        }
      }),
      { numRuns: 500 },
    );
  });
});

function servedWords(outcome: Outcome | undefined): string {
  return outcome?.variant === undefined ? "the default" : `the variant ${outcome.variant}`;
}
