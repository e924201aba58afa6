import type { ValueType } from "@flagwright/runtime";
import type { JsonSchema } from "../definition/model.ts";
import { schemaHash } from "../definition/schema-hash.ts";
import { valueTypeOf } from "../definition/value-type.ts";
import { type BundleProblem, bundleSchema } from "./bundle-schema.ts";

/** The schema of a flag's values, and what follows from it. */
interface FlagValue {
  readonly schema: JsonSchema;
  readonly hash: string;
  readonly type: ValueType;
}

/** The value schemas of a project. Most flags share a few: what follows from a schema is found out once. */
export class ValueSchemas {
  readonly #shared: ReadonlyMap<string, JsonSchema>;
  readonly #known = new Map<string, FlagValue>();

  /** `shared` are the schemas that others may refer to, by path. */
  constructor(shared: ReadonlyMap<string, JsonSchema>) {
    this.#shared = shared;
  }

  /** A schema as it is written in this file, made to stand alone. */
  read(file: string, written: JsonSchema): FlagValue & { readonly problems: readonly BundleProblem[] } {
    const { schema, problems } = bundleSchema(file, written, this.#shared);
    const text = JSON.stringify(schema);
    const value = this.#known.get(text) ?? { schema, hash: schemaHash(schema), type: valueTypeOf(schema) };
    this.#known.set(text, value);
    return { ...value, problems };
  }
}
