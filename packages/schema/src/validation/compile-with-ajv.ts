import type { JsonValue } from "@flagwright/runtime";
import type { Ajv2020, ValidateFunction } from "ajv/dist/2020.js";
import type { JsonSchema } from "../definition/model.ts";
import { schemaKeywords, schemaListKeywords, schemaMapKeywords } from "../definition/schema-keywords.ts";
import { everySubschema } from "../definition/schema-walk.ts";
import { isJsonObject, jsonObject } from "../json/json-object.ts";
import { ajvProblems } from "./ajv-problems.ts";
import { useComparingKeywords } from "./comparing-keywords.ts";
import { linearRegExp } from "./linear-regexp.ts";
import { newAjv } from "./new-ajv.ts";
import { problem, type StateProblem } from "./problem.ts";
import type { ValueSchema } from "./value-schema.ts";

/**
 * Schemas applied to one value, each count an application: references that refer to references can double at each
 * step, and a hostile schema would keep us busy for years. The largest honest values need a few thousand.
 */
const MAX_APPLICATIONS = 200_000;

const COUNT_KEYWORD = "x-flagwright-count";

/** The budget of the validation that runs now; validation is synchronous, so there is one at a time. */
let applications = 0;

class TooManyApplications extends Error {}

/** Compiles a schema that is within the limits. Never throws. */
export function compileWithAjv(schema: JsonSchema): ValueSchema {
  const ajv = makeAjv();
  const ready = (hasReferences(schema) ? counted(schema) : schema) as object | boolean;
  let validate: ValidateFunction;
  try {
    if (ajv.validateSchema(schema as object) !== true)
      return { ok: false, problems: ajvProblems(ajv.errors ?? [], "SCHEMA_VALID") };
    validate = ajv.compile(ready as object);
  } catch (error) {
    return { ok: false, problems: [refusal(error)] };
  } finally {
    // Ajv keeps no schema that is `true` or `false`, and refuses to forget one.
    if (typeof ready === "object") ajv.removeSchema(ready);
  }
  return { ok: true, validate: (value, code = "VALUE_MATCHES_SCHEMA") => run(validate, value, code) };
}

/** The meta-schema is compiled once; a fresh instance for each schema would pay for it again. */
let shared: Ajv2020 | undefined;
function makeAjv(): Ajv2020 {
  if (shared !== undefined) return shared;
  shared = newAjv({
    allErrors: true,
    strict: true,
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
    validateFormats: false,
    ownProperties: true,
    verbose: true,
    inlineRefs: false,
    // Checked apart, for the sake of its errors.
    validateSchema: false,
    logger: false,
    // Optimizing costs more than the few values that a schema judges here would win.
    code: { regExp: linearRegExp, optimize: false },
    keywords: [{ keyword: COUNT_KEYWORD, schema: false, errors: false, validate: count }],
  });
  useComparingKeywords(shared);
  return shared;
}

function count(): boolean {
  if (++applications > MAX_APPLICATIONS) throw new TooManyApplications();
  return true;
}

/** Without references a schema is a tree, and each part of it is applied to each part of a value once at the most. */
function hasReferences(schema: JsonSchema): boolean {
  for (const [, each] of everySubschema(schema)) if (isJsonObject(each) && Object.hasOwn(each, "$ref")) return true;
  return false;
}

/** Puts the counter into every schema inside, so that each application is counted. */
function counted(schema: JsonValue): JsonValue {
  if (!isJsonObject(schema)) return schema;
  const keywords = Object.entries(schema).map(([keyword, value]): readonly [string, JsonValue] => {
    if (schemaKeywords.has(keyword)) return [keyword, counted(value)];
    if (schemaListKeywords.has(keyword) && Array.isArray(value)) return [keyword, value.map(counted)];
    if (schemaMapKeywords.has(keyword) && isJsonObject(value))
      return [keyword, jsonObject(Object.entries(value).map(([name, item]) => [name, counted(item)]))];
    return [keyword, value];
  });
  return jsonObject([[COUNT_KEYWORD, true], ...keywords]);
}

function run(validate: ValidateFunction, value: JsonValue, code: string): readonly StateProblem[] {
  applications = 0;
  try {
    return validate(value) === true ? [] : ajvProblems(validate.errors ?? [], code);
  } catch (error) {
    if (error instanceof TooManyApplications || error instanceof RangeError)
      return [
        problem(
          "",
          "SCHEMA_TERMINATES",
          "The schema would take too long to apply to this value.",
          "Look for references that lead back to themselves, and for `anyOf` inside `anyOf`.",
        ),
      ];
    throw error;
  }
}

function refusal(error: unknown): StateProblem {
  const reason = error instanceof Error ? error.message : String(error);
  const keyword = /unknown keyword: "([^"]*)"/.exec(reason)?.[1];
  if (keyword !== undefined)
    return problem(
      "",
      "SCHEMA_VALID",
      `The schema has the unknown keyword ${JSON.stringify(keyword)}.`,
      "Correct it, or remove it.",
    );
  return problem(
    "",
    "SCHEMA_VALID",
    `The schema cannot be used: ${reason.replace(/^strict mode: /, "").replace(/\.?$/, "")}.`,
    "See JSON Schema 2020-12; patterns are of RE2 syntax.",
  );
}
