import type { JsonSchema } from "../../definition/model.ts";
import { metaSchemaError } from "../ajv-validator.ts";
import { dialectOf, dialects, type Dialect } from "../dialect.ts";
import { exactKey, fromJson, isExactArray, isExactObject, parseExact, toJson, type Exact } from "../exact-json.ts";
import { SchemaError } from "../schema-error.ts";
import { isDraft04, upgradeDraft04 } from "./draft-04.ts";
import { forAjv } from "./for-ajv.ts";

/** A JSON Schema in the three forms that a comparison needs. */
export interface SchemaDocument {
  /** With exact numbers. */
  readonly exact: Exact;
  readonly dialect: Dialect;
  /** The same for equal documents. */
  readonly key: string;
  /** For ajv. */
  readonly json: JsonSchema;
}

/** Schemas written by people end at 30 levels; validators overflow their stack at about a thousand. */
const maximumNesting = 600;

/** Reads JSON text, so that numbers beyond doubles keep their digits. Throws `SchemaError` when it is no schema. */
export function parseSchema(text: string): SchemaDocument {
  return readExactSchema(parseExact(text));
}

/** Throws `SchemaError` when it is no schema. */
export function readExactSchema(schema: Exact): SchemaDocument {
  const modern = isDraft04(schema) ? upgradeDraft04(schema) : schema;
  return orTooDeep(() => document(modern, toJson(modern) as JsonSchema));
}

/** Throws `SchemaError` when it is no schema. */
export function readSchema(schema: JsonSchema): SchemaDocument {
  return orTooDeep(() => readExactSchema(fromJson(schema)));
}

function orTooDeep<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof RangeError ? new SchemaError("", "The schema is nested too deeply") : error;
  }
}

function document(exact: Exact, json: JsonSchema): SchemaDocument {
  if (depthOf(exact) > maximumNesting) {
    throw new SchemaError("", `The schema is nested more than ${maximumNesting} levels deep`);
  }
  const dialect = fittingDialect(exact, json);
  return { exact, dialect, key: `${dialect} ${exactKey(exact)}`, json: forAjv(json) };
}

/** The one that `$schema` names; without it the newest whose meta-schema accepts the schema. */
function fittingDialect(exact: Exact, json: JsonSchema): Dialect {
  const declared = dialectOf(exact);
  const candidates = declared === undefined ? dialects : [declared];
  let first: SchemaError | undefined;
  for (const dialect of candidates) {
    const error = metaSchemaError(json, dialect);
    if (error === undefined) return dialect;
    first ??= error;
  }
  throw first!;
}

function depthOf(value: Exact): number {
  let depth = 0;
  let level: Exact[] = [value];
  while (level.length > 0 && depth <= maximumNesting) {
    depth += 1;
    level = level.flatMap((each) => (isExactArray(each) ? each : isExactObject(each) ? [...each.values()] : []));
  }
  return depth;
}
