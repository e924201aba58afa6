import { BUCKETS, type JsonObject, type JsonValue, snapshotLimits as limits } from "@flagwright/runtime";
import { KEY_PATTERN, MAX_KEY_LENGTH, MAX_VERSION } from "../definition/identity.ts";
import { jsonObject } from "../json/json-object.ts";

/**
 * The canonical forms as JSON Schema: what the server takes and stores. They say how things look; what they mean
 * together is checked by `validateDefinition`, `validateState`, `validateSegment` and `validateBundle`.
 */

const SCHEMA = "https://json-schema.org/draft/2020-12/schema";

const text = (maxLength: number, minLength = 0): JsonObject => ({ type: "string", minLength, maxLength });
const name = text(limits.MAX_NAME_LENGTH, 1);
const sentence = text(limits.MAX_TEXT_LENGTH);
const list = (items: JsonValue, maxItems: number, minItems = 0): JsonObject => ({
  type: "array",
  items,
  minItems,
  maxItems,
});
const object = (required: JsonObject, optional: JsonObject = {}): JsonObject => ({
  type: "object",
  required: Object.keys(required),
  properties: { ...required, ...optional },
  additionalProperties: false,
});
/** `if`, `then` and `else`; written as pairs, since an object with `then` looks like a promise. */
const choose = (condition: JsonObject, then: JsonValue, otherwise: JsonValue): JsonObject =>
  jsonObject([
    ["if", condition],
    ["then", then],
    ["else", otherwise],
  ]);
const tuple = (...prefixItems: readonly JsonValue[]): JsonObject => ({
  type: "array",
  prefixItems,
  minItems: prefixItems.length,
  items: false,
});
/** One of several forms, told apart by a member that only one has: the errors are then about that form alone. */
const byMember = (forms: readonly (readonly [member: string, form: JsonObject])[], otherwise: JsonObject): JsonObject =>
  forms.reduceRight<JsonObject>(
    (rest, [member, form]) => ({ type: "object", ...choose({ required: [member] }, form, rest) }),
    otherwise,
  );

const key: JsonObject = { type: "string", pattern: KEY_PATTERN.source, maxLength: MAX_KEY_LENGTH };
const wireKey: JsonObject = { type: "string", pattern: "^[a-z][a-z0-9]*([-.][a-z0-9]+)*(@[1-9][0-9]{0,3})?$" };
const instant: JsonObject = {
  type: "string",
  pattern: "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,3})?Z$",
};
const date: JsonObject = { type: "string", pattern: "^\\d{4}-\\d\\d-\\d\\d$" };
const bucket: JsonObject = { type: "integer", minimum: 0, maximum: BUCKETS };
const variants = list(tuple(name, true), limits.MAX_VARIANTS);
const is: JsonObject = choose({ type: "string" }, { const: "on" }, list(name, limits.MAX_VARIANTS, 1));
const jsonSchema: JsonObject = { type: ["object", "boolean"] };

const split = object(
  {
    by: list(name, limits.MAX_SPLIT_ATTRIBUTES, 1),
    algorithm: { const: "murmur3" },
    ranges: list(tuple(name, bucket, bucket), limits.MAX_RANGES, 1),
  },
  {
    fallbackBy: name,
    salt: name,
    ramp: object({ steps: list(tuple(instant, bucket), limits.MAX_RAMP_STEPS, 1) }, { linear: { const: true } }),
  },
);

const serve = byMember(
  [
    ["variant", object({ variant: name })],
    ["default", object({ default: { const: true } })],
  ],
  object({ split }),
);

const conditions = list({ $ref: "#/$defs/condition" }, limits.MAX_CONDITIONS);

const condition = byMember(
  [
    ["all", object({ all: conditions })],
    ["any", object({ any: conditions })],
    ["not", object({ not: { $ref: "#/$defs/condition" } })],
    ["segment", object({ segment: key })],
    ["flag", object({ flag: wireKey, is })],
    [
      "bucket",
      object({
        bucket: object(
          { by: list(name, limits.MAX_SPLIT_ATTRIBUTES, 1), salt: name, from: bucket, to: bucket },
          { fallbackBy: name },
        ),
      }),
    ],
  ],
  object({
    attribute: choose({ type: "string" }, name, list(name, limits.MAX_PATH_LENGTH, 1)),
    operator: name,
    value: true,
  }),
);

const $defs: JsonObject = { condition };

const scalars = list({ type: ["string", "number", "boolean"] }, limits.MAX_LIST_LENGTH, 1);

const state = object(
  {
    on: { type: "boolean" },
    variants,
    targets: list(object({ match: list(tuple(name, scalars), limits.MAX_CONDITIONS, 1), serve }), limits.MAX_TARGETS),
    rules: list(
      object(
        { id: name, when: { $ref: "#/$defs/condition" }, serve, onMiss: { enum: ["next", "stop"] } },
        { name: sentence },
      ),
      limits.MAX_RULES,
    ),
    otherwise: serve,
  },
  { off: name, autoOff: instant, activeFrom: instant, activeUntil: instant },
);

const identities = list(sentence, limits.MAX_LIST_LENGTH);
const segment = object({ key, include: identities, exclude: identities, when: { $ref: "#/$defs/condition" } });

const lifecycle: JsonObject = {
  type: "object",
  required: ["status"],
  properties: {
    status: { enum: ["active", "deprecated", "sunset"] },
    reason: sentence,
    replacement: wireKey,
    sunset: date,
  },
  additionalProperties: false,
};

/** Attributes of one flag's context. */
const MAX_CONTEXT_ATTRIBUTES = 200;
const attributes = list(name, MAX_CONTEXT_ATTRIBUTES);

const definition = object(
  {
    key,
    version: { type: "integer", minimum: 1, maximum: MAX_VERSION },
    tags: list(name, 100),
    kind: { enum: ["release", "experiment", "operational", "permission", "configuration"] },
    lifecycle,
    visibility: { enum: ["server", "client"] },
    sensitive: { type: "boolean" },
    type: { enum: ["boolean", "string", "number", "integer", "object", "array", "any"] },
    value: jsonSchema,
    schemaHash: name,
    default: true,
    variants,
    bucketBy: choose({ type: "null" }, true, name),
    salt: name,
    context: object({ required: attributes, optional: attributes }),
    requires: list(object({ flag: wireKey, is }), limits.MAX_PREREQUISITES),
  },
  { description: sentence, owner: name, created: date, expires: date, autoOff: instant, renamedFrom: key },
);

const context = object({
  attributes: { type: "object", additionalProperties: jsonSchema, maxProperties: MAX_CONTEXT_ATTRIBUTES },
});

const bundle = object({
  format: { const: 1 },
  project: key,
  context,
  definitions: list(definition, limits.MAX_FLAGS),
  segments: list(key, limits.MAX_SEGMENTS),
});

const named = (title: string, schema: JsonObject, defs?: JsonObject): JsonObject => ({
  $schema: SCHEMA,
  title,
  ...schema,
  ...(defs === undefined ? {} : { $defs: defs }),
});

export const definitionFormat: JsonObject = named("A flag's contract, in canonical form", definition);
export const stateFormat: JsonObject = named("The state of a flag in an environment, in canonical form", state, $defs);
export const segmentFormat: JsonObject = named("A segment, in canonical form", segment, $defs);
export const bundleFormat: JsonObject = named("What one push sends", bundle);
