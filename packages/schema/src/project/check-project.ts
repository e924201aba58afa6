import type { Diagnostic } from "../diagnostic/diagnostic.ts";
import type { Project } from "./model.ts";

/** What is wrong between the parts of a project, and in each of them beyond its form. */
export function checkProject(_project: Project): readonly Diagnostic[] {
  return [];
}
