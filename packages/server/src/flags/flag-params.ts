import type { JsonObject } from "@flagwright/runtime";
import type { EnvironmentParams } from "../tenancy/params.ts";

/** Of `/projects/:project/environments/:environment/flags/:flag`. */
export interface FlagParams extends EnvironmentParams {
  readonly flag: string;
}

export const flagParams: JsonObject = {
  type: "object",
  properties: {
    project: { type: "string", maxLength: 100 },
    environment: { type: "string", maxLength: 100 },
    flag: { type: "string", maxLength: 120, description: "The wire key: `new-checkout`, `new-checkout@2`." },
  },
};

export const FLAG_PATH = "/projects/:project/environments/:environment/flags/:flag";

/** `key@1` is accepted for the first version, whose wire key is the bare key. */
export function wireKeyOf(params: FlagParams): string {
  return params.flag.replace(/@1$/, "");
}
