import type { Segment } from "@flagwright/runtime";
import { configure, initialState, wireKey, type FlagDefinition } from "@flagwright/schema";
import type { NewVersion } from "../flags/flag-store.ts";

/** A flag where it has never been: off, serving its default. */
export function firstVersion(definition: FlagDefinition, definitionId: string): NewVersion {
  const state = initialState(definition);
  return {
    wireKey: wireKey(definition),
    after: 0,
    definitionId,
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
