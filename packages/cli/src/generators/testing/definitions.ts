import type { FlagDefinition } from "@flagwright/schema";
import type { GenerateInput } from "../index.ts";

/** A definition for tests: everything that a test does not say is plain. */
export function definition(said: Partial<FlagDefinition> & { readonly key: string }): FlagDefinition {
  return {
    version: 1,
    tags: [],
    kind: "release",
    lifecycle: { status: "active" },
    visibility: "server",
    sensitive: false,
    type: "boolean",
    value: { type: "boolean" },
    schemaHash: `hash-of-${said.key}`,
    default: false,
    variants: [],
    bucketBy: "targetingKey",
    salt: said.key,
    context: { required: [], optional: [] },
    requires: [],
    ...said,
  };
}

/** A small shop. */
export const input: GenerateInput = {
  project: "shop",
  version: "0.0.0",
  context: {
    attributes: {
      region: { enum: ["ID", "MY", "SG", "TH"] },
      plan: { enum: ["free", "pro", "enterprise"] },
      tenant: { type: "string" },
    },
  },
  definitions: [
    definition({
      key: "new-checkout",
      description: "The one-page checkout. Off serves the old three steps.",
      owner: "team-checkout",
      expires: "2027-01-31",
      variants: [
        ["on", true],
        ["off", false],
      ],
      context: { required: ["region"], optional: ["plan"] },
    }),
    definition({
      key: "regional-discount",
      description: "Discount applied at checkout, by region.",
      owner: "team-pricing",
      kind: "experiment",
      expires: "2027-01-31",
      visibility: "client",
      type: "object",
      value: {
        type: "object",
        required: ["percent"],
        properties: {
          percent: { type: "number", minimum: 0, maximum: 90, description: "Taken off the total." },
          message: { type: "string", maxLength: 80, description: "Shown beside the total." },
        },
        additionalProperties: false,
      },
      default: { percent: 0 },
      variants: [
        ["none", { percent: 0 }],
        ["small", { percent: 5, message: "Five percent off" }],
      ],
      context: { required: ["region"], optional: ["tenant", "plan"] },
    }),
    definition({
      key: "search-timeout-ms",
      kind: "configuration",
      type: "integer",
      value: { type: "integer", minimum: 50, maximum: 10000 },
      default: 800,
      variants: [["patient", 2000]],
      bucketBy: null,
    }),
  ],
};
