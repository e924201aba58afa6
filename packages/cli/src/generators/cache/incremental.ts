import type { Report } from "../../output/progress.ts";
import type { Output } from "../../project/generate-project.ts";
import type { FileState } from "./file-states.ts";
import type { Generation, Refused } from "./generation.ts";
import { look, readStamp } from "./stamp.ts";
import { toolName } from "./tool.ts";

/** What stands between a project's definitions and the files on the disk. */
export type Found =
  /** Nothing: definitions and files are as the last run left them, and none was read. */
  | {
      readonly state: "current";
      readonly paths: readonly string[];
      readonly flags: number;
      readonly inputs: readonly FileState[];
    }
  /** Errors in the definitions. */
  | ({ readonly state: "refused" } & Refused)
  /** What the definitions make now, and those of it that differ from the disk. */
  | { readonly state: "made"; readonly generation: Generation; readonly changed: readonly Output[] };

export interface IncrementalOptions {
  readonly now: () => number;
  /** Default true: what an earlier run remembers is not made again. */
  readonly trusted?: boolean;
  readonly report?: Report;
  /** Default true: a project that names nothing to generate is a failure. */
  readonly needsOutputs?: boolean;
}

/** The one way from definitions to outputs: of `generate`, `generate --watch`, `dev` and `check --ci`. Writes nothing. */
export async function incremental(
  root: string,
  { now, trusted = true, report, needsOutputs = true }: IncrementalOptions,
): Promise<Found> {
  const tool = toolName();
  const stamp = trusted ? readStamp(root, tool) : undefined;
  const before = stamp && { stamp, ...look(root, stamp, now()) };
  if (before?.isCurrent === true && (before.stamp.outputs.length > 0 || !needsOutputs))
    return {
      state: "current",
      paths: before.stamp.outputs.map(([path]) => path),
      flags: before.stamp.flags,
      inputs: before.inputs,
    };
  // Reading definitions takes most of a start, and there may be nothing to read.
  const { generation } = await import("./generation.ts");
  const made = await generation(root, { tool, before, now, report, needsOutputs });
  if ("refused" in made) return { state: "refused", ...made };
  const { drifted } = await import("../../project/generate-project.ts");
  return { state: "made", generation: made, changed: drifted(made.outputs) };
}
