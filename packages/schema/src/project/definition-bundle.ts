import type { DefinitionBundle } from "../definition/model.ts";
import type { Project } from "./model.ts";

/** As much of a project as is pushed. */
interface Bundled {
  readonly config: Pick<Project["config"], "project" | "context">;
  readonly definitions: readonly Pick<Project["definitions"][number], "value">[];
  readonly segments: readonly Pick<Project["segments"][number], "value">[];
}

/** What `push` sends of a project. */
export function definitionBundle(project: Bundled): DefinitionBundle {
  return {
    format: 1,
    project: project.config.project,
    context: project.config.context,
    definitions: project.definitions.map(({ value }) => value),
    segments: project.segments.map(({ value }) => value.key),
  };
}
