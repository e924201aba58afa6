import type { JsonSchema } from "../../definition/model.ts";
import { metaSchemaError } from "../ajv-validator.ts";
import { dialectOf, dialects, type Dialect } from "../dialect.ts";
import { exactKey, fromJson, parseExact, toJson, type Exact } from "../exact-json.ts";
import type { SchemaError } from "../schema-error.ts";
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

/** Reads JSON text, so that numbers beyond doubles keep their digits. Throws `SchemaError` when it is no schema. */
export function parseSchema(text: string): SchemaDocument {
  return readExactSchema(parseExact(text));
}

/** Throws `SchemaError` when it is no schema. */
export function readExactSchema(schema: Exact): SchemaDocument {
  return document(schema, toJson(schema) as JsonSchema);
}

/** Throws `SchemaError` when it is no schema. */
export function readSchema(schema: JsonSchema): SchemaDocument {
  return document(fromJson(schema), schema);
}

function document(exact: Exact, json: JsonSchema): SchemaDocument {
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
