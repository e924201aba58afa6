import fc from "fast-check";
import { Fraction } from "fraction.js";
import { describe, expect, it } from "vitest";
import { rational } from "../exact-json.ts";
import type { NumberAtom } from "../formula/formula.ts";
import { FormulaStore } from "../formula/formula-store.ts";
import { numberSatisfies, solveNumbers } from "./numbers.ts";

const store = new FormulaStore();
const steps = fc.integer({ min: -12, max: 12 }).map((halves) => new Fraction(halves, 2));
const divisor = fc.integer({ min: 1, max: 8 }).map((halves) => new Fraction(halves, 2));

const atom: fc.Arbitrary<NumberAtom> = fc.oneof(
  fc
    .tuple(fc.constantFrom("lower", "upper"), steps, fc.boolean())
    .map(([kind, bound, exclusive]) => store.number({ kind, bound, exclusive })),
  divisor.map((each) => store.number({ kind: "multipleOf", divisor: each })),
  divisor.map((each) => store.number({ kind: "notMultipleOf", divisor: each })),
  fc.array(steps, { minLength: 1, maxLength: 3 }).map((values) => store.number({ kind: "numberIn", values })),
  fc.array(steps, { minLength: 1, maxLength: 3 }).map((values) => store.number({ kind: "numberNotIn", values })),
) as fc.Arbitrary<NumberAtom>;

/** Every quarter far beyond the bounds, and a few numbers that are no multiple of anything. */
const candidates = Array.from({ length: 1_601 }, (_, index) => new Fraction(index - 800, 8)).concat(
  [-5.3, -0.7, 0.3, 1.7, 5.9].map((each) => rational(String(each))),
);

describe("numbers", () => {
  it("agree with trying them one by one", () => {
    fc.assert(
      fc.property(fc.array(atom, { maxLength: 5 }), (atoms) => {
        const outcome = solveNumbers(atoms);
        const exists = candidates.some((value) => atoms.every((each) => numberSatisfies(value, each)));
        if (outcome.kind === "value") {
          expect(atoms.every((each) => numberSatisfies(outcome.value as Fraction, each))).toBe(true);
        } else {
          expect({ kind: outcome.kind, exists }).toEqual({ kind: "none", exists: false });
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("are exact between two neighbours of a double", () => {
    const bounds = ["9007199254740992", "9007199254740994"].map(rational);
    const atoms = [
      store.number({ kind: "lower", bound: bounds[0]!, exclusive: true }),
      store.number({ kind: "upper", bound: bounds[1]!, exclusive: true }),
      store.number({ kind: "multipleOf", divisor: new Fraction(1) }),
    ] as NumberAtom[];
    expect(solveNumbers(atoms)).toEqual({ kind: "value", value: rational("9007199254740993") });
  });
});

describe("a number literal", () => {
  it.each([
    ["0.1", "1/10"],
    ["-1.50", "-3/2"],
    ["1e3", "1000"],
    ["12E-1", "6/5"],
    ["-0", "0"],
    ["123456789012345678901234567890.5", "246913578024691357802469135781/2"],
  ])("%s is %s", (literal, expected) => {
    expect(rational(literal).toFraction()).toBe(expected);
  });
});
