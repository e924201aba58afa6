import type { FlagDefinition } from "@flagwright/schema";
import { definition, input } from "./definitions.ts";

/** The shop, and a flag for each shape of value that a caller can get wrong. */
export const typeTestDefinitions: readonly FlagDefinition[] = [
  ...input.definitions,
  definition({
    key: "regional-discount",
    version: 2,
    type: "object",
    visibility: "client",
    value: {
      type: "object",
      required: ["percent", "tiers"],
      properties: { percent: { type: "string" }, tiers: { type: "array", items: { type: "number" } } },
      additionalProperties: false,
    },
    default: { percent: "0 %", tiers: [] },
    context: { required: ["region"], optional: [] },
  }),
  definition({
    key: "search-ranking",
    type: "string",
    value: { enum: ["classic", "semantic", "hybrid"] },
    default: "classic",
    variants: [["classic", "classic"]],
  }),
  definition({
    key: "payment",
    type: "object",
    value: {
      oneOf: [
        {
          type: "object",
          required: ["kind", "network"],
          properties: { kind: { const: "card" }, network: { enum: ["visa", "amex"] } },
          additionalProperties: false,
        },
        {
          type: "object",
          required: ["kind", "days"],
          properties: { kind: { const: "invoice" }, days: { type: "integer" } },
          additionalProperties: false,
        },
      ],
    },
    default: { kind: "invoice", days: 30 },
  }),
  definition({
    key: "map-window",
    type: "array",
    value: { type: "array", prefixItems: [{ type: "number" }, { type: "number" }], items: false, minItems: 2 },
    default: [0, 0],
  }),
  definition({
    key: "limits",
    kind: "configuration",
    bucketBy: null,
    type: "object",
    value: { type: "object", additionalProperties: { type: "integer", minimum: 0 } },
    default: { calls: 5 },
  }),
];
