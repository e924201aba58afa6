import type { FlagDefinition } from "@flagwright/schema";
import { definition, input } from "./definitions.ts";

const percent = { type: "object", required: ["percent"], properties: { percent: { type: "number" } } };

/** The shop with what a web app must not ship: flags of others, and flags that only the server knows. */
export const webDefinitions: readonly FlagDefinition[] = [
  ...input.definitions,
  definition({
    key: "loyalty-bonus",
    visibility: "client",
    type: "object",
    value: percent,
    schemaHash: "loyalty",
    default: { percent: 1 },
    context: { required: ["tenant"], optional: [] },
  }),
  definition({ key: "christmas-banner", visibility: "client" }),
  definition({
    key: "secret-merger",
    description: "Hush-hush",
    type: "object",
    value: { type: "object", properties: { clandestine: percent } },
    default: {},
  }),
];

/** No word of these is in what a browser gets that uses the two discounts. */
export const UNUSED: readonly string[] = ["christmas", "search-timeout", "new-checkout"];
export const SERVER_ONLY: readonly string[] = ["secret", "clandestine", "hush", "region"];

/** Each shape that a client output can have, with the module an app imports. */
export const WEB_OUTPUTS: readonly (readonly [
  what: string,
  entry: string,
  output: { readonly output: string; readonly options: Readonly<Record<string, string>> },
])[] = [
  ["one .ts file", "client.gen.js", { output: "client.gen.ts", options: {} }],
  ["a .ts file for each folder", "folder/index.js", { output: "folder", options: { split: "folder" } }],
  ["a .ts file for each flag", "flag/index", { output: "flag", options: { split: "flag", importExtension: "" } }],
  ["a .js file with its .d.ts", "client.gen.js", { output: "client.gen.js", options: { language: "js" } }],
];
