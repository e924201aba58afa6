import { describe, expect, test } from "vitest";
import { MAX_ATTRIBUTE_LENGTH } from "../snapshot/limits.ts";
import type { JsonValue } from "../snapshot/model.ts";
import type { EvaluationContext } from "./details.ts";
import { choicesOf, compileChoice, isChosen } from "./choice.ts";

function chosen(values: readonly JsonValue[], given: unknown, attribute = "a"): boolean {
  return isChosen(compileChoice({ attribute, values }), { [attribute]: given });
}

describe("a choice", () => {
  test.each([0, 1, 2, 3])("of %d values finds each of them, and nothing else", (count) => {
    const values = ["x", "y", "z"].slice(0, count);
    expect(["x", "y", "z", "w", undefined, Number.NaN].map((given) => chosen(values, given))).toEqual(
      ["x", "y", "z", "w", undefined, Number.NaN].map((given) => values.includes(given as string)),
    );
  });

  test("sees in a date its text, in a big integer a number, and in zero no sign", () => {
    const epoch = "1970-01-01T00:00:00.000Z";
    for (const values of [
      [epoch, 7, 0],
      ["x", "y", epoch, 7, 0],
    ])
      expect([new Date(0), 7n, -0, 2n ** 64n, "7", null].map((given) => chosen(values, given))).toEqual([
        true,
        true,
        true,
        false,
        false,
        false,
      ]);
  });

  test("finds no string that is too long, since that counts as missing", () => {
    const long = "x".repeat(MAX_ATTRIBUTE_LENGTH + 1);
    expect([chosen([long], long), chosen(["a", long, "b", "c"], long)]).toEqual([false, false]);
    expect(chosen([long.slice(1)], long.slice(1))).toBe(true);
  });

  test("reads what is the context's own, whatever its name and however many names there are", () => {
    for (const attribute of [
      "__proto__",
      "constructor",
      ...Array.from({ length: 20 }, (_, index) => `name-${index}`),
    ]) {
      const choice = compileChoice({ attribute, values: ["x"] });
      expect(isChosen(choice, JSON.parse(`{"other":1,${JSON.stringify(attribute)}:"x"}`) as EvaluationContext)).toBe(
        true,
      );
      expect(isChosen(choice, JSON.parse(`{"other":"x"}`) as EvaluationContext)).toBe(false);
      expect(isChosen(choice, {})).toBe(false);
    }
  });
});

test("only equals, in and all of them are choices", () => {
  const region = { attribute: "region", operator: "in", value: ["MY"] } as const;
  const plan = { attribute: ["plan"], operator: "equals", value: "pro" } as const;
  expect(choicesOf({ all: [region, plan] })).toEqual([
    { attribute: "region", values: ["MY"] },
    { attribute: "plan", values: ["pro"] },
  ]);
  for (const other of [
    { not: plan },
    { any: [plan] },
    { all: [region, { not: plan }] },
    { attribute: ["address", "city"], operator: "equals", value: "KL" },
    { attribute: "plan", operator: "startsWith", value: "p" },
    { segment: "s" },
  ])
    expect(choicesOf(other)).toBeUndefined();
});
