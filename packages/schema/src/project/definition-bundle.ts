import type { DefinitionBundle } from "../definition/model.ts";
import type { Project } from "./model.ts";

/** What `push` sends of a project. */
export function definitionBundle(project: Project): DefinitionBundle {
  return {
    format: 1,
    project: project.config.project,
    context: project.config.context,
    definitions: project.definitions.map(({ value }) => value),
    segments: project.segments.map(({ value }) => value.key),
  };
}
