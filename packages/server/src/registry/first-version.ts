import type { Segment } from "@flagwright/runtime";
import { configure, initialState, wireKey, type FlagDefinition } from "@flagwright/schema";
import type { NewVersion } from "../flags/flag-store.ts";

/** A version before its definition has an id. */
export type NextVersion = Omit<NewVersion, "definitionId">;

/** A flag where it has never been: off, serving its default. */
export function firstVersion(definition: FlagDefinition): NextVersion {
  const state = initialState(definition);
  return {
    wireKey: wireKey(definition),
    after: 0,
    state,
    killed: undefined,
    configuration: configure(definition, state),
    action: "define",
    reason: undefined,
  };
}

/** A segment that is declared and has no contents yet holds nobody. */
export function firstSegment(key: string): Segment {
  return { key, include: [], exclude: [], when: { any: [] } };
}
