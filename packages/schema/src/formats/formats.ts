import type { JsonObject, JsonValue } from "@flagwright/runtime";
import { KEY_PATTERN, MAX_KEY_LENGTH, MAX_VERSION } from "../definition/identity.ts";
import { operators, operatorSymbols } from "../definition/operators.ts";
import { jsonObject } from "../json/json-object.ts";
import { bundleFormat, definitionFormat, segmentFormat, stateFormat } from "./canonical.ts";

/**
 * The files of a project as JSON Schema, for editors to complete and check while somebody types. They say how things
 * look; the parser says more, and better.
 */

const SCHEMA = "https://json-schema.org/draft/2020-12/schema";

const key: JsonObject = { type: "string", pattern: KEY_PATTERN.source, maxLength: MAX_KEY_LENGTH };
const date: JsonObject = { type: "string", pattern: "^\\d{4}-\\d\\d-\\d\\d$" };
const instant: JsonObject = { type: "string", pattern: "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,3})?Z$" };
const text: JsonObject = { type: "string" };
const texts: JsonObject = { anyOf: [text, { type: "array", items: text }] };
const percent: JsonObject = { type: "number", minimum: 0, maximum: 100 };

const described = (description: string, schema: JsonObject): JsonObject => ({ description, ...schema });
const object = (properties: JsonObject, required: readonly string[] = []): JsonObject => ({
  type: "object",
  properties,
  ...(required.length === 0 ? {} : { required }),
  additionalProperties: false,
});

const compatibility: JsonObject = described("Whose breaks fail `flagwright check`.", {
  anyOf: [{ $ref: "#/$defs/mode" }, object({ mode: { $ref: "#/$defs/mode" }, transitive: { type: "boolean" } })],
});
const projectCompatibility: JsonObject = {
  anyOf: [
    { $ref: "#/$defs/mode" },
    object({
      mode: { $ref: "#/$defs/mode" },
      transitive: { type: "boolean" },
      folders: { type: "object", additionalProperties: { $ref: "#/$defs/mode" } },
      approved: {
        type: "array",
        items: object({ fingerprint: text, reason: text, until: date }, ["fingerprint", "reason", "until"]),
      },
    }),
  ],
};
const mode: JsonObject = { enum: ["backward", "forward", "full", "none"] };

const valueSchema: JsonObject = described("A JSON Schema 2020-12, or the name of a type.", {
  anyOf: [{ enum: ["boolean", "string", "number", "integer"] }, { type: "boolean" }, { $ref: SCHEMA }],
});

const lifecycle: JsonObject = {
  anyOf: [
    { enum: ["active", "deprecated", "sunset"] },
    object({ status: { enum: ["active", "deprecated", "sunset"] }, reason: text, replacement: text, sunset: date }, [
      "status",
    ]),
  ],
};

const document = (title: string, schema: JsonObject, $defs?: JsonObject): JsonObject => ({
  $schema: SCHEMA,
  title,
  ...schema,
  ...($defs === undefined ? {} : { $defs }),
});

const flag = document(
  "One version of one flag",
  object(
    {
      $schema: text,
      flag: described("The key, without the version.", key),
      version: described("1 unless the file says otherwise.", { type: "integer", minimum: 1, maximum: MAX_VERSION }),
      description: described("What changes, for whom, when the flag is on.", text),
      owner: described("The team or person to ask.", text),
      tags: texts,
      kind: { enum: ["release", "experiment", "operational", "permission", "configuration"] },
      created: date,
      expires: described(
        "The day by which the flag should be gone; an experiment ends by itself when it begins.",
        date,
      ),
      autoOff: described("When the flag ends by itself at run time, in UTC.", instant),
      lifecycle,
      visibility: described("`client`: browsers may ask for its value.", { enum: ["server", "client"] }),
      sensitive: { type: "boolean" },
      value: valueSchema,
      default: described("The safe value: killed, unreachable, invalid.", {}),
      variants: described("Name → value. Boolean flags have `on` and `off`.", { type: "object" }),
      bucketBy: described("The attribute that splits use; `none` when the flag never splits.", {
        type: ["string", "null"],
      }),
      context: described("The attributes that its rules may read.", object({ required: texts, optional: texts })),
      requires: described("Flags that must serve a variant, or be on.", {
        type: "object",
        additionalProperties: { anyOf: [{ const: true }, texts] },
      }),
      renamedFrom: key,
      salt: text,
      compatibility,
      suppress: {
        type: "array",
        items: object({ rule: text, reason: text, until: date }, ["rule", "reason", "until"]),
      },
    },
    ["flag", "kind", "value", "default"],
  ),
  { mode },
);

const project = document(
  "What the flags of a repository share",
  object(
    {
      $schema: text,
      project: key,
      flags: described("The folder of the definitions; `flags` by default.", text),
      context: described("Attribute → JSON Schema or the name of a type.", {
        type: "object",
        additionalProperties: valueSchema,
      }),
      environments: { type: "array", items: key, uniqueItems: true },
      compatibility: projectCompatibility,
      stale: object({ warnAfterDays: { type: "integer", minimum: 0 }, failAfterDays: { type: "integer", minimum: 0 } }),
      lint: { type: "object", additionalProperties: { enum: ["error", "warning", "info", "off", false] } },
      generate: {
        type: "array",
        items: {
          type: "object",
          required: ["output"],
          properties: { target: text, generator: text, output: text },
          oneOf: [{ required: ["target"] }, { required: ["generator"] }],
        },
      },
    },
    ["project"],
  ),
  { mode },
);

const scalar: JsonObject = { type: ["string", "number", "boolean"] };

const comparison: JsonObject = {
  anyOf: [
    scalar,
    { type: "array", items: { type: ["string", "number", "boolean", "null"] }, minItems: 1 },
    object(
      jsonObject([
        ["not", { $ref: "#/$defs/comparison" }],
        ["!=", { $ref: "#/$defs/comparison" }],
        ...Array.from(operators.values(), ({ name, operand, summary }): readonly [string, JsonValue] => [
          name,
          described(summary, operand),
        ]),
        ...Object.entries(operatorSymbols).map(([symbol, name]): readonly [string, JsonValue] => [
          symbol,
          described(operators.get(name)?.summary ?? name, operators.get(name)?.operand ?? {}),
        ]),
      ]),
    ),
  ],
};

const condition: JsonObject = {
  type: "object",
  minProperties: 1,
  properties: {
    all: {
      anyOf: [{ type: "array", items: { $ref: "#/$defs/condition" }, minItems: 1 }, { $ref: "#/$defs/comparison" }],
    },
    any: {
      anyOf: [{ type: "array", items: { $ref: "#/$defs/condition" }, minItems: 1 }, { $ref: "#/$defs/comparison" }],
    },
    not: { $ref: "#/$defs/condition" },
    segment: texts,
    flag: text,
    is: { anyOf: [{ const: true }, texts] },
    bucket: object({ by: texts, fallbackBy: text, salt: text, from: percent, to: percent }, ["salt", "from", "to"]),
    attribute: texts,
    operator: { enum: [...operators.keys()] },
    value: true,
  },
  additionalProperties: { $ref: "#/$defs/comparison" },
};

const weights: JsonObject = { type: "object", minProperties: 1, additionalProperties: percent };

const serve: JsonObject = {
  anyOf: [
    text,
    object({ default: { const: true } }, ["default"]),
    object({ variant: text }, ["variant"]),
    weights,
    {
      ...object({
        split: weights,
        ranges: {
          type: "array",
          items: { type: "array", prefixItems: [text, percent, percent], minItems: 3, items: false },
        },
        by: texts,
        fallbackBy: text,
        salt: text,
        ramp: object(
          {
            steps: {
              type: "array",
              items: { type: "array", prefixItems: [instant, percent], minItems: 2, items: false },
            },
            linear: { type: "boolean" },
          },
          ["steps"],
        ),
      }),
      anyOf: [{ required: ["split"] }, { required: ["ranges"] }],
    },
  ],
};

const conditions: JsonObject = { comparison, condition };

const state = object(
  {
    on: { type: "boolean" },
    off: described("The variant served while the flag is off; the default otherwise.", text),
    autoOff: instant,
    activeFrom: instant,
    activeUntil: instant,
    variants: { type: "object" },
    targets: {
      type: "array",
      items: object(
        {
          match: { type: "object", additionalProperties: { anyOf: [scalar, { type: "array", items: scalar }] } },
          serve: { $ref: "#/$defs/serve" },
        },
        ["match", "serve"],
      ),
    },
    rules: {
      type: "array",
      items: object(
        {
          id: text,
          name: text,
          when: { $ref: "#/$defs/condition" },
          serve: { $ref: "#/$defs/serve" },
          onMiss: { enum: ["next", "stop"] },
        },
        ["when", "serve"],
      ),
    },
    otherwise: { $ref: "#/$defs/serve" },
  },
  ["on"],
);

const environment = document(
  "The state of the flags in one environment",
  object({ $schema: text, flags: { type: "object", additionalProperties: { $ref: "#/$defs/state" } } }),
  { ...conditions, serve, state },
);

const segment = document(
  "A named set of contexts",
  object(
    {
      $schema: text,
      segment: key,
      description: text,
      include: texts,
      exclude: texts,
      when: { $ref: "#/$defs/condition" },
    },
    ["segment"],
  ),
  conditions,
);

export type FormatName =
  "project" | "flag" | "environment" | "segment" | "definition" | "state" | "canonical-segment" | "bundle";

/** Every format by name: the files first, then the canonical forms that the server takes. */
export const formatSchemas: { readonly [name in FormatName]: JsonObject } = {
  project,
  flag,
  environment,
  segment,
  definition: definitionFormat,
  state: stateFormat,
  "canonical-segment": segmentFormat,
  bundle: bundleFormat,
};
