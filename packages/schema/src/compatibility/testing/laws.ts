import fc from "fast-check";
import { expect } from "vitest";
import type { JsonObject, JsonValue } from "@flagwright/runtime";
import type { JsonSchema } from "../../definition/model.ts";
import { compareSchemas, isSubset, SchemaError, type Verdict } from "../index.ts";
import type { Validator } from "../ajv-validator.ts";
import { evaluate } from "../evaluate.ts";
import { fromJson } from "../exact-json.ts";
import { FormulaStore } from "../formula/formula-store.ts";
import { readSchema } from "../schema/document.ts";
import { Resources } from "../schema/resources.ts";
import { SchemaReader } from "../schema/schema-reader.ts";
import { compileWithHyperjump } from "./hyperjump-validator.ts";
import { smallChange } from "./small-change.ts";
import { jsonSchema, jsonValue, plainSchema } from "./schema-arbitrary.ts";

/** What must hold for any schemas. The short and the long run differ in the number of tries alone. */
export interface Law {
  readonly claim: string;
  readonly check: (runs: number) => Promise<void> | void;
}

/** References that go round in circles make no schema; such pairs say nothing. */
function orSkip<T>(compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    if (error instanceof SchemaError) fc.pre(false);
    throw error;
  }
}

/** A reference that leads back to itself in the same place has no end for a validator that looks at every branch. */
async function secondOpinion(schema: JsonSchema): Promise<Validator> {
  const validate = await compileWithHyperjump(schema, "2020-12");
  return (value) => {
    try {
      return validate(value);
    } catch (error) {
      if (error instanceof RangeError) fc.pre(false);
      throw error;
    }
  };
}

const answer = (a: JsonSchema, b: JsonSchema): Verdict["answer"] => orSkip(() => isSubset(a, b).answer);

/** Kept apart, so that two schemas with definitions of their own can stand in one. */
function asResource(schema: JsonSchema, name: string): JsonSchema {
  return typeof schema === "boolean" ? schema : { $id: `https://example.test/${name}`, ...schema };
}

const property = (
  ...tests: readonly [fc.Arbitrary<JsonSchema>, fc.Arbitrary<JsonSchema>, (a: JsonSchema, b: JsonSchema) => void]
) => fc.property(...tests);

/** Two schemas that have nothing, something or nearly everything in common. */
const relatedSchemas: fc.Arbitrary<readonly [JsonSchema, JsonSchema]> = fc.oneof(
  fc.tuple(jsonSchema, jsonSchema),
  fc.tuple(jsonSchema, jsonSchema).map(([a, b]) => [a, joined(a, b, "and")] as const),
  fc.tuple(jsonSchema, jsonSchema).map(([a, b]) => [a, joined(a, b, "or")] as const),
  smallChange,
  smallChange,
);

export const laws: readonly Law[] = [
  {
    claim: "a schema is read as a second validator reads it",
    check: (runs) =>
      fc.assert(
        fc.asyncProperty(jsonSchema, fc.array(jsonValue, { minLength: 8, maxLength: 8 }), async (schema, values) => {
          const document = orSkip(() => readSchema(schema));
          const reader = new SchemaReader(new FormulaStore(), new Resources(document.exact, document.dialect), "", {});
          const formula = orSkip(() => reader.readRoot());
          const validate = await secondOpinion(schema);
          for (const value of values) expect(evaluate(formula, fromJson(value))).toBe(validate(value));
        }),
        { numRuns: runs },
      ),
  },
  {
    claim: "yes survives random values and the witnesses of other pairs, no is confirmed by a second validator",
    check: async (runs) => {
      const attacks: JsonValue[] = fc.sample(jsonValue, { numRuns: 500, seed: 1 });
      await fc.assert(
        fc.asyncProperty(relatedSchemas, async ([a, b]) => {
          const { previousInCurrent, currentInPrevious } = orSkip(() => compareSchemas(a, b));
          const inA = await secondOpinion(a);
          const inB = await secondOpinion(b);
          for (const [verdict, inside, outside] of [
            [previousInCurrent, inA, inB],
            [currentInPrevious, inB, inA],
          ] as const) {
            if (verdict.answer === "no") {
              expect({
                witness: verdict.witness,
                inside: inside(verdict.witness),
                outside: outside(verdict.witness),
              }).toEqual({ witness: verdict.witness, inside: true, outside: false });
              attacks.push(verdict.witness);
            } else if (verdict.answer === "yes") {
              expect(attacks.slice(-600).find((value) => inside(value) && !outside(value))).toBeUndefined();
            }
          }
        }),
        { numRuns: runs },
      );
    },
  },
  {
    claim: "hardly anything is unknown",
    check: (runs) => {
      const counts = { yes: 0, no: 0, unknown: 0 };
      fc.assert(
        property(jsonSchema, jsonSchema, (a, b) => {
          counts[answer(a, b)] += 1;
        }),
        { numRuns: runs },
      );
      expect(counts.unknown).toBeLessThanOrEqual(Math.ceil(0.01 * (counts.yes + counts.no)));
    },
  },
  {
    claim: "A fits inside A, wrapped or not",
    check: (runs) =>
      fc.assert(
        property(jsonSchema, fc.constant(true), (a) => {
          expect(answer(a, { allOf: [asResource(a, "a")] })).not.toBe("no");
          expect(answer({ anyOf: [asResource(a, "a"), false] }, a)).not.toBe("no");
        }),
        { numRuns: runs },
      ),
  },
  {
    claim: "A fits inside A or B, and A and B inside A",
    check: (runs) =>
      fc.assert(
        property(jsonSchema, jsonSchema, (a, b) => {
          expect(answer(a, joined(a, b, "or"))).not.toBe("no");
          expect(answer(joined(a, b, "and"), a)).not.toBe("no");
        }),
        { numRuns: runs },
      ),
  },
  {
    claim: "twice negated is the same",
    check: (runs) =>
      fc.assert(
        property(jsonSchema, fc.constant(true), (a) => {
          const twice = { not: { not: asResource(a, "a") } };
          expect([answer(a, twice), answer(twice, a)]).not.toContain("no");
        }),
        { numRuns: runs },
      ),
  },
  {
    claim: "exactly one of two is one and not the other",
    check: (runs) =>
      fc.assert(
        property(plainSchema, plainSchema, (a, b) => {
          const one = { oneOf: [a, b] };
          const written = { anyOf: [{ allOf: [a, { not: b }] }, { allOf: [{ not: a }, b] }] };
          expect([answer(one, written), answer(written, one)]).not.toContain("no");
        }),
        { numRuns: runs },
      ),
  },
  {
    claim: "fitting inside is transitive",
    check: (runs) =>
      fc.assert(
        fc.property(jsonSchema, jsonSchema, jsonSchema, (a, b, c) => {
          if (answer(a, b) === "yes" && answer(b, c) === "yes") expect(answer(a, c)).not.toBe("no");
        }),
        { numRuns: runs },
      ),
  },
  {
    claim: "renaming, reordering, inlining, wrapping and comments change no verdict",
    check: (runs) =>
      fc.assert(
        property(jsonSchema, jsonSchema, (a, b) => {
          const expected = answer(a, b);
          for (const change of [commented, reversed, renamed, inlined]) {
            expect([answer(change(a), b), answer(a, change(b))]).toEqual([expected, expected]);
          }
        }),
        { numRuns: runs },
      ),
  },
];

function joined(a: JsonSchema, b: JsonSchema, how: "and" | "or"): JsonSchema {
  return { [how === "and" ? "allOf" : "anyOf"]: [asResource(b, "b"), asResource(a, "a")] };
}

function commented(schema: JsonSchema): JsonSchema {
  return typeof schema === "boolean" ? schema : { $comment: "Says nothing.", ...schema };
}

/** Members in the opposite order, at every level. */
function reversed<V extends JsonValue>(value: V): V {
  if (Array.isArray(value)) return value.map(reversed) as unknown as V;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, reversed(member)]),
  ) as V;
}

function renamed(schema: JsonSchema): JsonSchema {
  if (typeof schema === "boolean" || schema["$defs"] === undefined) return schema;
  const { x, y } = schema["$defs"] as { x: JsonSchema; y: JsonSchema };
  const text = JSON.stringify({ ...schema, $defs: { first: x, second: y } });
  return JSON.parse(
    text.replaceAll("#/$defs/x", "#/$defs/first").replaceAll("#/$defs/y", "#/$defs/second"),
  ) as JsonObject;
}

/** Puts `$defs/x` in the place of the references to it, one level deep. */
function inlined(schema: JsonSchema): JsonSchema {
  if (typeof schema === "boolean" || schema["$defs"] === undefined) return schema;
  const { x } = schema["$defs"] as { x: JsonSchema };
  const visit = (value: JsonValue): JsonValue => {
    if (Array.isArray(value)) return value.map(visit);
    if (typeof value !== "object" || value === null) return value;
    const { $ref, ...rest } = Object.fromEntries(
      Object.entries(value as JsonObject).map(([name, member]) => [name, visit(member)]),
    );
    if ($ref !== "#/$defs/x") return $ref === undefined ? rest : { ...rest, $ref };
    return { ...rest, allOf: [...((rest["allOf"] as readonly JsonValue[] | undefined) ?? []), x] };
  };
  const { $defs, ...root } = schema;
  return { ...(visit(root) as JsonObject), $defs: $defs! };
}
