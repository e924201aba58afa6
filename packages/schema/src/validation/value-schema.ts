import type { JsonValue } from "@flagwright/runtime";
import type { JsonSchema } from "../definition/model.ts";
import { compileWithAjv } from "./compile-with-ajv.ts";
import { plainCheck } from "./plain-check.ts";
import type { StateProblem } from "./problem.ts";
import { checkSchemaLimits } from "./schema-limits.ts";

/** A value schema that is ready to judge values, or what is wrong with it. */
export type ValueSchema =
  | { readonly ok: true; validate(value: JsonValue, code?: string): readonly StateProblem[] }
  | { readonly ok: false; readonly problems: readonly StateProblem[] };

/** Most flags of a project share a few schemas, and compiling one takes a hundred times longer than finding it. */
const MAX_KEPT = 500;

const kept = new Map<string, ValueSchema>();

/**
 * Compiles a value schema of JSON Schema 2020-12. Patterns run in linear time, `format` is an annotation, and a
 * schema that would take too long gives a problem instead of an answer. Never throws.
 */
export function compileValueSchema(schema: JsonSchema): ValueSchema {
  const text = JSON.stringify(schema);
  const known = kept.get(text);
  if (known !== undefined) return known;
  const compiled = compile(schema);
  if (kept.size >= MAX_KEPT) kept.delete(kept.keys().next().value ?? "");
  kept.set(text, compiled);
  return compiled;
}

/** Ajv is asked for schemas that are not plain, and for what is wrong with a value. Most flags need neither. */
function compile(schema: JsonSchema): ValueSchema {
  const limits = checkSchemaLimits(schema);
  if (limits.length > 0) return { ok: false, problems: limits };
  const allows = plainCheck(schema);
  if (allows === undefined) return compileWithAjv(schema);
  let judge: ValueSchema | undefined;
  return {
    ok: true,
    validate: (value, code) => {
      if (allows(value)) return [];
      judge ??= compileWithAjv(schema);
      return judge.ok ? judge.validate(value, code) : judge.problems;
    },
  };
}
