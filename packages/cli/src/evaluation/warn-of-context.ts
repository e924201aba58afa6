import type { EvaluationContext, JsonObject } from "@flagwright/runtime";
import type { Project } from "@flagwright/schema";
import type { Io } from "../io/io.ts";
import { printWarning } from "../output/warning.ts";

/** Warns where the context is not what the project declares: the answer then says little about what the app gets. */
export async function warnOfContext(
  project: Project | undefined,
  flag: string,
  context: EvaluationContext,
  io: Io,
): Promise<void> {
  if (project === undefined) return;
  const { validateContext, wireKey } = await import("@flagwright/schema");
  const definition = project.definitions.find(({ value }) => wireKey(value) === flag)?.value;
  if (definition === undefined) return;
  for (const problem of validateContext(context as JsonObject, definition, project.config.context))
    printWarning(problem, io);
}
