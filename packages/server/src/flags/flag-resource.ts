import type { FlagConfiguration, Killed } from "@flagwright/runtime";
import type { FlagDefinition, FlagState } from "@flagwright/schema";
import type { Environment } from "../tenancy/scope.ts";
import type { FlagRecord } from "./flag-store.ts";

/** A flag in an environment as the API shows it. */
export interface FlagResource {
  readonly key: string;
  readonly environment: string;
  /** Counts the changes to this flag in this environment; the ETag. */
  readonly version: number;
  readonly epoch: number;
  readonly revision: number;
  readonly state: FlagState;
  readonly killed?: Killed;
  readonly definition: FlagDefinition;
  readonly configuration: FlagConfiguration;
  readonly updatedAt: string;
  readonly updatedBy: string;
}

export function flagResource(environment: Environment, record: FlagRecord): FlagResource {
  return {
    key: record.wireKey,
    environment: environment.key,
    version: record.version,
    epoch: record.epoch,
    revision: record.revision,
    state: record.state,
    ...(record.killed === undefined ? {} : { killed: record.killed }),
    definition: record.definition,
    configuration: record.configuration,
    updatedAt: record.at.toISOString(),
    updatedBy: record.actor,
  };
}
