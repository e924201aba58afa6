import type { DefinitionBundle, Project } from "@flagwright/schema";
import { definitionBundle } from "@flagwright/schema/definitions";
import type { ManagementApi, PushOptions } from "../api/management-api.ts";
import type { PushAnswer } from "../api/resources.ts";

export interface Pushable {
  readonly bundle: DefinitionBundle;
  readonly environments: readonly string[];
}

export function pushable(project: Project): Pushable {
  return { bundle: definitionBundle(project), environments: project.config.environments };
}

export interface Pushed {
  readonly answer: PushAnswer;
  /** Environments of `flagwright.yaml` that the server did not have; made, unless it was a dry run. */
  readonly environments: readonly string[];
}

/** Sends a project's definitions. The environments that it names are made first, so that the push reaches them. */
export async function pushProject(
  api: ManagementApi,
  key: string,
  { bundle, environments: wanted }: Pushable,
  options: PushOptions,
): Promise<Pushed> {
  const existing = new Set((await api.environments(key)).map((environment) => environment.key));
  const environments = wanted.filter((name) => !existing.has(name));
  if (!options.dryRun) for (const environment of environments) await api.createEnvironment(key, environment);
  return { answer: await api.push(key, { ...bundle, project: key }, options), environments };
}
