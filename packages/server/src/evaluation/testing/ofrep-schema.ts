import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";

/**
 * What the OpenFeature Remote Evaluation Protocol 0.3 (https://github.com/open-feature/protocol) says of each answer,
 * in our words, and narrower where we promise more: a success always has its `value`. The protocol's own document
 * offers the types of a value by `oneOf`, next to a schema that takes everything, so that read by the letter no boolean
 * would do; what is meant is `anyOf`.
 */
const metadata = { type: "object", additionalProperties: { type: ["boolean", "string", "number"] } };
const key = { type: "string" };
const details = { type: "string" };
const errorCode = { enum: ["PARSE_ERROR", "TARGETING_KEY_MISSING", "INVALID_CONTEXT", "GENERAL"] };

const success = {
  type: "object",
  required: ["key", "reason", "value"],
  properties: {
    key,
    reason: { enum: ["STATIC", "TARGETING_MATCH", "SPLIT", "DISABLED", "UNKNOWN"] },
    value: { type: ["boolean", "string", "number", "object", "array", "null"] },
    variant: { type: "string" },
    metadata,
  },
  additionalProperties: false,
};
const failure = {
  type: "object",
  required: ["key", "errorCode"],
  properties: { key, errorCode, errorDetails: details, metadata },
  additionalProperties: false,
};
const endpoint = {
  type: "object",
  required: ["requestUri"],
  properties: { origin: { type: "string" }, requestUri: { type: "string", pattern: "^/" } },
};
const eventStream = {
  type: "object",
  required: ["type"],
  properties: {
    type: { const: "sse" },
    url: { type: "string" },
    endpoint,
    inactivityDelaySec: { type: "integer", minimum: 1 },
  },
  oneOf: [{ required: ["url"] }, { required: ["endpoint"] }],
};

export type OfrepAnswer = "success" | "failure" | "notFound" | "bulk" | "bulkFailure" | "event";

const schemas: Readonly<Record<OfrepAnswer, object>> = {
  success,
  failure,
  notFound: { ...failure, properties: { ...failure.properties, errorCode: { const: "FLAG_NOT_FOUND" } } },
  bulk: {
    type: "object",
    required: ["flags"],
    properties: {
      flags: { type: "array", items: { oneOf: [success, failure] } },
      metadata,
      eventStreams: { type: "array", items: eventStream },
    },
    additionalProperties: false,
  },
  bulkFailure: {
    type: "object",
    required: ["errorCode"],
    properties: { errorCode: { type: "string" }, errorDetails: details },
    additionalProperties: false,
  },
  event: {
    type: "object",
    required: ["type"],
    properties: { type: { const: "refetchEvaluation" }, etag: { type: "string" } },
  },
};

const ajv = new Ajv2020({ allErrors: true, strict: true, strictRequired: false, allowUnionTypes: true });
const validators = new Map<OfrepAnswer, ValidateFunction>();

/** What the protocol does not allow in this answer; empty when it is as it should be. */
export function faultsOf(name: OfrepAnswer, answer: unknown): readonly string[] {
  const validate = validators.get(name) ?? ajv.compile(schemas[name]);
  validators.set(name, validate);
  return validate(answer) ? [] : (validate.errors ?? []).map((error) => `${error.instancePath}: ${error.message}`);
}
