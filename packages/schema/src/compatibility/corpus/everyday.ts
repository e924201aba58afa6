import type { JsonSchema } from "../../definition/model.ts";
import type { Pair } from "./pair.ts";

/** Changes as people make them to the schemas of APIs, manifests and flags. */

const discount = (percent: JsonSchema, more: Record<string, JsonSchema> = {}): JsonSchema => ({
  type: "object",
  required: ["percent"],
  properties: { percent, message: { type: "string", maxLength: 80 }, ...more },
  additionalProperties: false,
});
const percent = { type: "number", minimum: 0, maximum: 90 } as const;

const container = (ports: JsonSchema, image: JsonSchema = { type: "string" }): JsonSchema => ({
  $defs: {
    port: ports,
    container: {
      type: "object",
      required: ["name", "image"],
      properties: {
        name: { type: "string", pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", maxLength: 63 },
        image,
        ports: { type: "array", items: { $ref: "#/$defs/port" } },
        env: {
          type: "array",
          items: {
            type: "object",
            required: ["name"],
            properties: { name: { type: "string" }, value: { type: "string" } },
          },
        },
        resources: { type: "object", additionalProperties: { anyOf: [{ type: "integer" }, { type: "string" }] } },
      },
    },
  },
  type: "object",
  required: ["containers"],
  properties: {
    replicas: { type: "integer", minimum: 0 },
    labels: { type: "object", additionalProperties: { type: "string" } },
    containers: { type: "array", minItems: 1, items: { $ref: "#/$defs/container" } },
  },
});
const port = {
  type: "object",
  required: ["containerPort"],
  properties: { containerPort: { type: "integer", minimum: 1, maximum: 65535 }, protocol: { enum: ["TCP", "UDP"] } },
} as const;

const event = (...kinds: readonly JsonSchema[]): JsonSchema => ({ oneOf: kinds });
const kind = (name: string, payload: JsonSchema): JsonSchema => ({
  type: "object",
  required: ["type", "payload"],
  properties: { type: { const: name }, payload },
});

// prettier-ignore
export const everyday: readonly Pair[] = [
  ["wider", "a higher discount is allowed", discount(percent), discount({ ...percent, maximum: 100 })],
  ["narrower", "only whole percents", discount(percent), discount({ ...percent, type: "integer" })],
  ["wider", "a new optional member of a closed value", discount(percent), discount(percent, { code: { type: "string" } })],
  ["narrower", "percent in steps of five", discount(percent), discount({ ...percent, multipleOf: 5 })],
  ["same", "maximum 90 or not above 90", discount(percent), discount({ type: "number", minimum: 0, not: { exclusiveMinimum: 90 } })],
  ["narrower", "the message must not be empty", discount(percent), discount(percent, { message: { type: "string", minLength: 1, maxLength: 80 } })],
  ["apart", "percent becomes a text", discount(percent), discount({ type: "string" })],
  ["wider", "percent may be a text too", discount(percent), discount({ anyOf: [percent, { type: "string", pattern: "^\\d+%$" }] })],
  ["narrower", "a port may no longer be below 1024", container(port), container({ ...port, properties: { ...port.properties, containerPort: { type: "integer", minimum: 1024, maximum: 65535 } } })],
  ["wider", "one more protocol", container(port), container({ ...port, properties: { ...port.properties, protocol: { enum: ["TCP", "UDP", "SCTP"] } } })],
  ["narrower", "images need a tag", container(port), container(port, { type: "string", pattern: "^[^:]+:[^:]+$" })],
  ["narrower", "the protocol becomes required", container(port), container({ ...port, required: ["containerPort", "protocol"] })],
  ["same", "the port written with exclusive bounds", container(port), container({ ...port, properties: { ...port.properties, containerPort: { type: "integer", exclusiveMinimum: 0, exclusiveMaximum: 65536 } } })],
  ["wider", "one more kind of event", event(kind("created", { type: "object" }), kind("deleted", { type: "null" })), event(kind("created", { type: "object" }), kind("deleted", { type: "null" }), kind("renamed", { type: "string" }))],
  ["narrower", "one kind of event less", event(kind("created", { type: "object" }), kind("deleted", { type: "null" })), event(kind("created", { type: "object" }))],
  ["narrower", "the payload of one kind narrows", event(kind("created", { type: "object" }), kind("deleted", { type: "null" })), event(kind("created", { type: "object", required: ["id"] }), kind("deleted", { type: "null" }))],
  ["same", "oneOf or anyOf for tagged kinds", event(kind("created", { type: "object" }), kind("deleted", { type: "null" })), { anyOf: [kind("created", { type: "object" }), kind("deleted", { type: "null" })] }],
  ["same", "kinds in another order", event(kind("a", true), kind("b", true)), event(kind("b", true), kind("a", true))],
  ["narrower", "a page size gets a limit", { type: "object", properties: { limit: { type: "integer", minimum: 1 } } }, { type: "object", properties: { limit: { type: "integer", minimum: 1, maximum: 200 } } }],
  ["wider", "a text field may be null", { type: "object", properties: { name: { type: "string" } } }, { type: "object", properties: { name: { type: ["string", "null"] } } }],
  ["apart", "a text becomes an object", { type: "object", required: ["author"], properties: { author: { type: "string" } } }, { type: "object", required: ["author"], properties: { author: { type: "object", required: ["name"] } } }],
  ["wider", "a text or an object", { type: "object", required: ["author"], properties: { author: { type: "string" } } }, { type: "object", required: ["author"], properties: { author: { oneOf: [{ type: "string" }, { type: "object", required: ["name"] }] } } }],
  ["wider", "one or many", { type: "string" }, { anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }] }],
  ["narrower", "only many", { anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }] }, { type: "array", items: { type: "string" } }],
  ["same", "a shared definition is moved", { properties: { from: { $ref: "#/$defs/place" }, to: { $ref: "#/$defs/place" } }, $defs: { place: { type: "object", required: ["lat", "lon"] } } }, { properties: { from: { type: "object", required: ["lon", "lat"] }, to: { $ref: "#/properties/from" } } }],
  ["narrower", "billing needs an address when there is a card", { type: "object", properties: { card: { type: "string" } } }, { type: "object", properties: { card: { type: "string" } }, dependentRequired: { card: ["address"] } }],
  ["narrower", "https only", { type: "string", pattern: "^https?://" }, { type: "string", pattern: "^https://" }],
  ["narrower", "a colour with six digits only", { type: "string", pattern: "^#([0-9a-f]{3}|[0-9a-f]{6})$" }, { type: "string", pattern: "^#[0-9a-f]{6}$" }],
  ["wider", "upper-case digits too", { type: "string", pattern: "^#[0-9a-f]{6}$" }, { type: "string", pattern: "^#[0-9a-fA-F]{6}$" }],
  ["narrower", "unique tags", { type: "array", items: { type: "string" }, maxItems: 10 }, { type: "array", items: { type: "string" }, maxItems: 10, uniqueItems: true }],
  ["same", "the default changes, the values do not", { type: "integer", minimum: 1, default: 10 }, { type: "integer", minimum: 1, default: 20 }],
  ["same", "descriptions and examples", { type: "object", description: "Old.", properties: { a: { type: "string", examples: ["x"] } } }, { type: "object", title: "New", properties: { a: { type: "string", description: "Text." } } }],
  ["wider", "closed becomes open for extensions", { type: "object", properties: { id: { type: "string" } }, additionalProperties: false }, { type: "object", properties: { id: { type: "string" } }, patternProperties: { "^x-": {} }, additionalProperties: false }],
  ["narrower", "extensions must be texts", { type: "object", patternProperties: { "^x-": {} } }, { type: "object", patternProperties: { "^x-": { type: "string" } } }],
  ["same", "a week day by enum or by pattern", { enum: ["mon", "tue", "wed"] }, { type: "string", pattern: "^(mon|tue|wed)$" }],
  ["wider", "replicas may be zero", { type: "object", properties: { replicas: { type: "integer", minimum: 1 } } }, { type: "object", properties: { replicas: { type: "integer", minimum: 0 } } }],
  ["apart", "a limit moves both ways", { type: "integer", minimum: 0, maximum: 10 }, { type: "integer", minimum: 1, maximum: 20 }],
  ["same", "a required constant and an enum of it", { type: "object", required: ["v"], properties: { v: { const: 2 } } }, { type: "object", required: ["v"], properties: { v: { enum: [2] } } }],
  ["narrower", "a menu loses its nesting", { $ref: "#/$defs/item", $defs: { item: { type: "object", required: ["label"], properties: { label: { type: "string" }, items: { type: "array", items: { $ref: "#/$defs/item" } } } } } }, { type: "object", required: ["label"], properties: { label: { type: "string" }, items: { type: "array", items: { type: "object", required: ["label"], properties: { label: { type: "string" }, items: { type: "array", maxItems: 0 } } } } } }],
  ["wider", "filters gain an operator", { $ref: "#/$defs/f", $defs: { f: { oneOf: [{ type: "object", required: ["eq"], properties: { eq: { type: "string" } }, additionalProperties: false }, { type: "object", required: ["and"], properties: { and: { type: "array", items: { $ref: "#/$defs/f" } } }, additionalProperties: false }] } } }, { $ref: "#/$defs/f", $defs: { f: { oneOf: [{ type: "object", required: ["eq"], properties: { eq: { type: "string" } }, additionalProperties: false }, { type: "object", required: ["and"], properties: { and: { type: "array", items: { $ref: "#/$defs/f" } } }, additionalProperties: false }, { type: "object", required: ["not"], properties: { not: { $ref: "#/$defs/f" } }, additionalProperties: false }] } } }],
];
