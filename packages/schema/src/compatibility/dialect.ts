import type { JsonObject, JsonValue } from "@flagwright/runtime";
import type { JsonSchema } from "../definition/model.ts";

/** The drafts we read. Draft-06 is read as draft-07, of which it is a part. */
export type Dialect = "draft-07" | "2019-09" | "2020-12";

/** What a schema without `$schema` is written in. */
export const defaultDialect: Dialect = "2020-12";

const bySchemaUri: readonly (readonly [pattern: RegExp, dialect: Dialect])[] = [
  [/^https?:\/\/json-schema\.org\/draft-0[67]\/schema#?$/, "draft-07"],
  [/^https?:\/\/json-schema\.org\/draft\/2019-09\/schema#?$/, "2019-09"],
  [/^https?:\/\/json-schema\.org\/draft\/2020-12\/schema#?$/, "2020-12"],
];

/** The dialect that `$schema` names, if it is one of ours. */
export function declaredDialect(schema: JsonSchema): Dialect | undefined {
  const uri = isObject(schema) ? schema["$schema"] : undefined;
  if (typeof uri !== "string") return undefined;
  return bySchemaUri.find(([pattern]) => pattern.test(uri))?.[1];
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
