import { isExactObject, type Exact } from "./exact-json.ts";

/** The drafts we read. Draft-06 is read as draft-07, of which it is a part; draft-04 is rewritten to it. */
export type Dialect = "draft-07" | "2019-09" | "2020-12";

export const dialects: readonly Dialect[] = ["2020-12", "2019-09", "draft-07"];

const bySchemaUri: readonly (readonly [pattern: RegExp, dialect: Dialect])[] = [
  [/^https?:\/\/json-schema\.org\/draft-0[67]\/schema#?$/, "draft-07"],
  [/^https?:\/\/json-schema\.org\/draft\/2019-09\/schema#?$/, "2019-09"],
  [/^https?:\/\/json-schema\.org\/draft\/2020-12\/schema#?$/, "2020-12"],
];

/** The dialect that `$schema` names, if it is one of ours. */
export function dialectOf(schema: Exact): Dialect | undefined {
  const uri = isExactObject(schema) ? schema.get("$schema") : undefined;
  if (typeof uri !== "string") return undefined;
  return bySchemaUri.find(([pattern]) => pattern.test(uri))?.[1];
}
