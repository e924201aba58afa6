import { hasErrors, loadProject } from "../project/load-project.ts";
import { drifted, generateProject } from "../project/generate-project.ts";

/** What `--ci` looks for besides breaks: generated files that are not what the definitions would make now. */
export async function outdatedOutputs(root: string): Promise<readonly string[]> {
  const loaded = loadProject(root);
  if (hasErrors(loaded.project) || loaded.project.config.generate.length === 0) return [];
  return drifted(await generateProject(loaded)).map(({ path }) => path);
}
