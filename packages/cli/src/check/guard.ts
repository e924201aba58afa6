import { loadProject } from "../project/load-project.ts";
import { drifted, generateProject } from "../project/generate-project.ts";

/** What `--ci` looks for besides breaks: generated files that are not what the definitions would make now. */
export async function outdatedOutputs(root: string): Promise<readonly string[]> {
  const loaded = loadProject(root);
  const isBroken = loaded.project.diagnostics.some(({ severity }) => severity === "error");
  if (isBroken || loaded.project.config.generate.length === 0) return [];
  return drifted(await generateProject(loaded)).map(({ path }) => path);
}
