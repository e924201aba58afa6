import { SNAPSHOT_FORMAT, type Snapshot } from "@flagwright/runtime";
import { configure, initialState } from "../definition/configure.ts";
import { wireKey } from "../definition/identity.ts";
import type { Project } from "./model.ts";

/** What a project that lives in files alone is owned by. */
const FILE_ORGANIZATION = "files";

/**
 * The snapshot of one environment as the files say it, for file-based mode and for evaluating offline. A flag that
 * the environment does not mention is off. `undefined` when the project has no such environment.
 */
export function fileSnapshot(project: Project, environment: string): Snapshot | undefined {
  const file = project.environments.find(({ name }) => name === environment);
  if (file === undefined && !project.config.environments.includes(environment)) return undefined;
  const states = new Map(file?.states.map((state) => [state.flag, state.value]));
  return {
    format: SNAPSHOT_FORMAT,
    organization: FILE_ORGANIZATION,
    project: project.config.project,
    environment,
    epoch: 0,
    revision: 0,
    flags: project.definitions.map(({ value }) => configure(value, states.get(wireKey(value)) ?? initialState(value))),
    segments: project.segments.map(({ value }) => value),
  };
}
