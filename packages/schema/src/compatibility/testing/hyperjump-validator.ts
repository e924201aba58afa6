import { registerSchema, unregisterSchema, validate } from "@hyperjump/json-schema";
import "@hyperjump/json-schema/draft-07";
import "@hyperjump/json-schema/draft-2019-09";
import "@hyperjump/json-schema/draft-2020-12";
import type { JsonSchema } from "../../definition/model.ts";
import type { Validator } from "../ajv-validator.ts";
import type { Dialect } from "../dialect.ts";

const uris: Record<Dialect, string> = {
  "draft-07": "http://json-schema.org/draft-07/schema#",
  "2019-09": "https://json-schema.org/draft/2019-09/schema",
  "2020-12": "https://json-schema.org/draft/2020-12/schema",
};

let count = 0;

/** A second opinion on single values, by a validator that has nothing in common with ajv. */
export async function compileWithHyperjump(schema: JsonSchema, dialect: Dialect): Promise<Validator> {
  count += 1;
  const uri = `https://example.test/schema-${count}`;
  registerSchema(schema as Parameters<typeof registerSchema>[0], uri, uris[dialect]);
  try {
    const compiled = await validate(uri);
    return (value) => compiled(value as Parameters<typeof compiled>[0]).valid;
  } finally {
    unregisterSchema(uri);
  }
}
