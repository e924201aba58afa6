import type { JsonObject } from "@flagwright/runtime";
import { metaAjv } from "../ajv-validator.ts";
import { dialects, type Dialect } from "../dialect.ts";
import { fromJson, type Exact } from "../exact-json.ts";

/** The published meta-schemas, which schemas may refer to. They come with ajv. */
export function knownMetaSchema(uri: string): { readonly schema: Exact; readonly dialect: Dialect } | undefined {
  for (const dialect of dialects) {
    const ajv = metaAjv(dialect);
    const found = ajv.schemas[uri] ?? ajv.refs[uri] ?? ajv.schemas[`${uri}#`] ?? ajv.schemas[uri.replace(/#$/, "")];
    if (typeof found === "object" && typeof found.schema === "object") {
      return { schema: fromJson(found.schema as JsonObject), dialect };
    }
  }
  return undefined;
}
