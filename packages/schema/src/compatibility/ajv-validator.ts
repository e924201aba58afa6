import { Ajv, type Options } from "ajv";
import { Ajv2019 } from "ajv/dist/2019.js";
import { Ajv2020 } from "ajv/dist/2020.js";
import draft07MetaSchema from "ajv/dist/refs/json-schema-draft-07.json" with { type: "json" };
import { fullFormats } from "ajv-formats/dist/formats.js";
import type { JsonValue } from "@flagwright/runtime";
import type { JsonSchema } from "../definition/model.ts";
import type { Dialect } from "./dialect.ts";
import { compilePattern } from "./pattern/match-pattern.ts";
import { SchemaError } from "./schema-error.ts";

/** The independent judge of our witnesses. It reads the schema as written and shares no code with the solver. */
export type Validator = (value: JsonValue) => boolean;

/** Old instances are dropped, so that what ajv keeps of each schema does not add up. */
const compilationsPerInstance = 400;

const metaSchemaUris: Record<Dialect, string> = {
  "draft-07": "http://json-schema.org/draft-07/schema",
  "2019-09": "https://json-schema.org/draft/2019-09/schema",
  "2020-12": "https://json-schema.org/draft/2020-12/schema",
};

const regExp = Object.assign((source: string) => compilePattern(source), { code: "compilePattern" });

function create(dialect: Dialect, validateFormats: boolean): Ajv {
  const options: Options = {
    strict: false,
    logger: false,
    validateFormats,
    validateSchema: false,
    // `toString` is no member of `{}`.
    ownProperties: true,
    ...({ ignoreKeywordsWithRef: dialect === "draft-07" } as Options),
    // A compiled schema judges a handful of values: optimizing it takes longer than running it.
    code: { optimize: false, regExp: regExp as unknown as NonNullable<NonNullable<Options["code"]>["regExp"]> },
  };
  if (validateFormats) options.formats = fullFormats;
  if (dialect === "draft-07") return new Ajv(options);
  const ajv = dialect === "2020-12" ? new Ajv2020(options) : new Ajv2019(options);
  // Schemas may refer to an older meta-schema.
  return ajv.addMetaSchema(draft07MetaSchema);
}

const metaInstances = new Map<Dialect, Ajv>();

/** An instance that only ever sees meta-schemas: compiling one takes a hundred times longer than a usual schema. */
export function metaAjv(dialect: Dialect): Ajv {
  let instance = metaInstances.get(dialect);
  if (instance === undefined) metaInstances.set(dialect, (instance = create(dialect, false)));
  return instance;
}

/** What the dialect's meta-schema has against a schema, if anything. */
export function metaSchemaError(schema: JsonSchema, dialect: Dialect): SchemaError | undefined {
  const ajv = metaAjv(dialect);
  if (ajv.validate(metaSchemaUris[dialect], schema) === true) return undefined;
  const [first] = ajv.errors ?? [];
  return new SchemaError(first?.instancePath ?? "", `Not a JSON Schema of ${dialect}: ${first?.message ?? "refused"}`);
}

const instances = new Map<string, { readonly ajv: Ajv; left: number }>();

/** One schema is often compared with many. */
const keptValidators = 200;
const validators = new Map<string, Validator>();

/** `compileWithAjv`, remembered by a text that is the same for equal schemas. */
export function validatorFor(identity: string, schema: JsonSchema, dialect: Dialect, formats = false): Validator {
  const key = `${formats} ${identity}`;
  let validator = validators.get(key);
  if (validator === undefined) {
    validator = compileWithAjv(schema, dialect, formats);
    if (validators.size >= keptValidators) validators.delete(validators.keys().next().value!);
    validators.set(key, validator);
  }
  return validator;
}

/** Compiles a schema. Throws `SchemaError` when ajv cannot. With `formats`, `format` refuses values. */
export function compileWithAjv(schema: JsonSchema, dialect: Dialect, formats = false): Validator {
  const key = `${dialect} ${formats}`;
  let instance = instances.get(key);
  if (instance === undefined || instance.left <= 0) {
    instance = { ajv: create(dialect, formats), left: compilationsPerInstance };
    instances.set(key, instance);
  }
  instance.left -= 1;
  try {
    const validate = instance.ajv.compile(schema);
    return (value) => validate(value) === true;
  } catch (error) {
    throw new SchemaError("", (error as Error).message);
  } finally {
    // The next schema may have the same `$id`.
    if (typeof schema === "object") instance.ajv.removeSchema(schema);
  }
}
