import type { Order } from "@flagwright/runtime";

/** What a client says of itself: `POST /sdk/v1/report`. */
export interface Report {
  readonly sdk: { readonly name: string; readonly version: string };
  /** The app that the client runs in. */
  readonly service?: string | { readonly name: string; readonly version?: string };
  /** One running client, told apart from others of its service; the same as in its stream's `Flagwright-Instance`. */
  readonly instance?: string;
  readonly applied?: Order;
  /** Wire key → hash of the schema that its code was generated from. */
  readonly schemas?: { readonly [wireKey: string]: string };
  /** Wire key → variant (empty: the default) → how often since the last report. */
  readonly counts?: { readonly [wireKey: string]: { readonly [variant: string]: number } };
  readonly drift?: readonly {
    readonly flag: string;
    readonly variant?: string;
    readonly expected?: string;
    readonly actual?: string;
  }[];
}

const MAX_NAME = 200;
/** As many as a snapshot may hold flags. */
const MAX_FLAGS = 100_000;
const name = { type: "string", minLength: 1, maxLength: MAX_NAME } as const;
const order = { type: "integer", minimum: 0, maximum: Number.MAX_SAFE_INTEGER } as const;

/** 4 MiB: ten thousand hashes and counts fit five times. */
export const MAX_REPORT_BYTES: number = 4 * 1024 * 1024;

/** Unknown members are ignored: a newer client may say more. */
export const reportSchema: object = {
  type: "object",
  required: ["sdk"],
  properties: {
    sdk: { type: "object", required: ["name", "version"], properties: { name, version: name } },
    service: {
      anyOf: [name, { type: "object", required: ["name"], properties: { name, version: name } }],
    },
    instance: name,
    applied: { type: "object", required: ["epoch", "revision"], properties: { epoch: order, revision: order } },
    schemas: { type: "object", maxProperties: MAX_FLAGS, additionalProperties: { type: "string", maxLength: 64 } },
    counts: {
      type: "object",
      maxProperties: MAX_FLAGS,
      additionalProperties: { type: "object", additionalProperties: { type: "number", minimum: 0 } },
    },
    drift: {
      type: "array",
      maxItems: MAX_FLAGS,
      items: { type: "object", required: ["flag"], properties: { flag: name } },
    },
  },
};
