import type { JsonObject } from "@flagwright/runtime";
import type { Ajv2020, ValidateFunction } from "ajv/dist/2020.js";
import { ajvProblems } from "./ajv-problems.ts";
import { checkJsonLimits } from "./json-limits.ts";
import { newAjv } from "./new-ajv.ts";
import type { StateProblem } from "./problem.ts";

let ajv: Ajv2020 | undefined;
const compiled = new Map<JsonObject, ValidateFunction>();

/** After so many problems of form the input is something else altogether. */
const MAX_SHAPE_PROBLEMS = 100;

/** Whether an input, from anywhere, has the form of this schema of ours; all that is wrong with it. */
export function checkShape(schema: JsonObject, input: unknown): readonly StateProblem[] {
  const limit = checkJsonLimits(input);
  if (limit !== undefined) return [limit];
  let validate = compiled.get(schema);
  if (validate === undefined) {
    ajv ??= newAjv({ allErrors: true, strict: false, ownProperties: true, verbose: true });
    validate = ajv.compile(schema);
    compiled.set(schema, validate);
  }
  return validate(input) ? [] : ajvProblems(validate.errors ?? [], "SHAPE").slice(0, MAX_SHAPE_PROBLEMS);
}
