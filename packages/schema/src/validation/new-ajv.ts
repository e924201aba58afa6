import { createRequire } from "node:module";
import type * as Ajv from "ajv/dist/2020.js";

const load = createRequire(import.meta.url) as (module: "ajv/dist/2020.js") => typeof Ajv;

/** Ajv is ninety modules, and most commands start and end without a schema or a value that it must judge. */
export function newAjv(options: Ajv.Options): Ajv.Ajv2020 {
  const { Ajv2020 } = load("ajv/dist/2020.js");
  return new Ajv2020(options);
}
