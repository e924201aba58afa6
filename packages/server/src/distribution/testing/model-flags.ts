import type { FlagConfiguration, Patch, Snapshot } from "@flagwright/runtime";

export function flag(key: string, on: boolean = true): FlagConfiguration {
  return {
    key,
    type: "boolean",
    schemaHash: "boolean-hash",
    visibility: "server",
    default: false,
    variants: [
      ["on", true],
      ["off", false],
    ],
    salt: key,
    bucketBy: null,
    on,
    prerequisites: [],
    targets: [],
    rules: [],
    otherwise: { variant: "on" },
  };
}

export function snapshotAt(epoch: number, revision: number, flags: readonly FlagConfiguration[] = []): Snapshot {
  return {
    format: 1,
    organization: "default",
    project: "shop",
    environment: "production",
    epoch,
    revision,
    flags,
    segments: [],
  };
}

export function patchAt(
  epoch: number,
  from: number,
  flags: readonly FlagConfiguration[] = [],
  deleted: readonly string[] = [],
): Patch {
  return {
    format: 1,
    epoch,
    from,
    to: from + 1,
    put: { flags, segments: [] },
    delete: { flags: deleted, segments: [] },
  };
}
