import type { Condition, FlagConfiguration, Rule, Segment, Serve, Snapshot } from "../../snapshot/model.ts";

/** A boolean flag that is on and serves `on` to everybody, but for what the test says. */
export function makeFlag(key: string, change: Partial<FlagConfiguration> = {}): FlagConfiguration {
  return {
    key,
    type: "boolean",
    schemaHash: "hash",
    visibility: "server",
    default: false,
    variants: [
      ["on", true],
      ["off", false],
    ],
    salt: key,
    bucketBy: "targetingKey",
    on: true,
    prerequisites: [],
    targets: [],
    rules: [],
    otherwise: { variant: "on" },
    ...change,
  };
}

export function makeRule(when: Condition, serve: Serve = { variant: "on" }, id = "r"): Rule {
  return { id, when, serve, onMiss: "next" };
}

export function makeSegment(key: string, change: Partial<Segment> = {}): Segment {
  return { key, include: [], exclude: [], when: { any: [] }, ...change };
}

export function makeSnapshot(flags: readonly FlagConfiguration[], change: Partial<Snapshot> = {}): Snapshot {
  return {
    format: 1,
    organization: "org",
    project: "shop",
    environment: "test",
    epoch: 1,
    revision: 1,
    flags,
    segments: [],
    ...change,
  };
}
