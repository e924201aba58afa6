import { Ajv, type Options } from "ajv";
import { Ajv2019 } from "ajv/dist/2019.js";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { JsonValue } from "@flagwright/runtime";
import type { JsonSchema } from "../definition/model.ts";
import type { Dialect } from "./dialect.ts";
import { SchemaError } from "./schema-error.ts";

/** The independent judge of our witnesses. It reads the schema as written and shares no code with the solver. */
export type Validator = (value: JsonValue) => boolean;

const common: Options = {
  strict: false,
  logger: false,
  validateFormats: false,
  validateSchema: false,
  addUsedSchema: false,
  ownProperties: true,
};

const makers: Record<Dialect, () => Ajv> = {
  "draft-07": () => new Ajv({ ...common, ignoreKeywordsWithRef: true } as Options),
  "2019-09": () => new Ajv2019(common),
  "2020-12": () => new Ajv2020(common),
};

const instances = new Map<Dialect, Ajv>();

/** Compiling a meta-schema takes a hundred times longer than a usual schema, so instances are kept. */
export function ajvFor(dialect: Dialect): Ajv {
  let instance = instances.get(dialect);
  if (instance === undefined) {
    instance = makers[dialect]();
    instances.set(dialect, instance);
  }
  return instance;
}

/** Compiles a schema. Throws `SchemaError` when ajv cannot. */
export function compileWithAjv(schema: JsonSchema, dialect: Dialect): Validator {
  const ajv = ajvFor(dialect);
  try {
    const validate = ajv.compile(schema as boolean | object as object);
    return (value) => validate(value) === true;
  } catch (error) {
    throw new SchemaError("", (error as Error).message);
  } finally {
    ajv.removeSchema(schema as object);
  }
}
