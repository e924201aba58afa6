import type { JsonValue } from "@flagwright/runtime";
import type { JsonSchema } from "@flagwright/schema";
import { Ajv2020 } from "ajv/dist/2020.js";
import standalone from "ajv/dist/standalone/index.js";
import { HELPERS } from "./helpers.ts";
import { schemaForAjv } from "./schema-for-ajv.ts";

/**
 * The body of a function that returns a validator of this schema: ajv's standalone code with its helpers written out
 * and without what explains a refusal, since a validator of generated code answers yes or no. Formats are annotations,
 * as draft 2020-12 has them by default. Throws when ajv cannot compile the schema.
 */
export function standaloneValidator(schema: JsonSchema): string {
  const plain = schemaForAjv(schema);
  const ajv = instance(featuresOf(plain));
  const validate = ajv.compile(plain as object);
  const code = standalone.default(ajv, validate);
  return inlined(answersOnly(code));
}

/** What a schema asks of ajv beyond the usual; each of it makes the code longer. */
interface Features {
  /** `unevaluatedProperties` and `unevaluatedItems` need a record of what was looked at. */
  readonly unevaluated: boolean;
  readonly dynamicRef: boolean;
  /** A member named as one that every object inherits, such as `constructor`, counts only when it is the value's own. */
  readonly ownProperties: boolean;
}

/** A new instance for each schema: one that has compiled another numbers its names on, and bytes would depend on order. */
function instance(features: Features): Ajv2020 {
  const made = new Ajv2020({
    meta: false,
    code: { source: true, esm: true, lines: true },
    strict: false,
    logger: false,
    messages: false,
    validateSchema: false,
    validateFormats: false,
    ownProperties: features.ownProperties,
  });
  // The constructor for draft 2020-12 turns these on for every schema.
  made.opts.unevaluated = features.unevaluated;
  made.opts.dynamicRef = features.dynamicRef;
  return made;
}

function featuresOf(schema: JsonSchema): Features {
  const names = namesIn(schema, new Set());
  return {
    unevaluated: names.has("unevaluatedProperties") || names.has("unevaluatedItems"),
    dynamicRef: names.has("$dynamicRef"),
    ownProperties: [...names].some((name) => name in Object.prototype),
  };
}

/** Every key and string of a schema. */
function namesIn(value: JsonValue, names: Set<string>): ReadonlySet<string> {
  if (typeof value === "string") names.add(value);
  if (typeof value !== "object" || value === null) return names;
  for (const [name, member] of Object.entries(value)) {
    names.add(name);
    namesIn(member as JsonValue, names);
  }
  return names;
}

/** With `lines`, ajv puts each statement on a line of its own; strings never span lines. */
const EXPLANATIONS = [
  /^validate\d+\.errors = .*;$/,
  /^const err\d+ = \{.*\};$/,
  /^vErrors = \[err\d+\];$/,
  /^vErrors\.push\(err\d+\);$/,
  /^vErrors = vErrors === null \? [\w.]+\.errors : vErrors\.concat\([\w.]+\.errors\);$/,
  /^"use strict";$/,
  /^export .*;$/,
];

/** Leaves out what ajv prepares to explain a refusal; whether there was one is counted in `errors`. */
function answersOnly(code: string): string {
  const lines = code
    .split("\n")
    .filter((line) => line.trim() !== "" && !EXPLANATIONS.some((each) => each.test(line)))
    .map((line) => (line === "errors = vErrors.length;" ? "errors++;" : line));
  const all = lines.join("\n").replaceAll("if(vErrors === null){\n}\nelse {\n}\n", "");
  // The schema itself is at hand for explanations, and for comparisons with an object in it.
  const text = all.replaceAll(/^const (schema\d+) = .*;\n/gm, (line, name: string) =>
    all.split(new RegExp(`\\b${name}\\b`)).length > 2 ? line : "",
  );
  // What says where a value lies is passed on only to the validators of references.
  return text.includes("{instancePath:")
    ? text
    : text.replaceAll(/^(function validate\d+\(data), \{.*\}=\{\}\)\{$/gm, "$1){");
}

function inlined(code: string): string {
  const used = new Set<string>();
  const named = code.replaceAll(
    /^const (\w+) = require\("([^"]+)"\)\.default;$/gm,
    (_, local: string, module: string) => {
      const helper = HELPERS[module];
      if (helper === undefined) throw new Error(`A validator needs ${module}, which cannot be written out.`);
      used.add(helper.code);
      return `const ${local} = ${helper.name};`;
    },
  );
  return [...used, named.trim(), "return validate0;"].join("\n");
}
