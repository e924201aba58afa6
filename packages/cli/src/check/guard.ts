import { look, readStamp } from "../generators/cache/stamp.ts";
import { toolName } from "../generators/cache/tool.ts";

/**
 * What `--ci` looks for besides breaks: generated files that are not what the definitions would make now, and those
 * that are made from no definition any more. What an earlier `generate` remembers is not made again.
 */
export async function outdatedOutputs(root: string, now: () => number): Promise<readonly string[]> {
  const tool = toolName();
  const stamp = readStamp(root, tool);
  const before = stamp && { stamp, ...look(root, stamp, now()) };
  if (before?.isCurrent === true) return [];
  const { generation } = await import("../generators/cache/generation.ts");
  const made = await generation(root, tool, before, now);
  // What is wrong with the definitions is for `lint` to say.
  if ("refused" in made) return [];
  const { drifted } = await import("../project/generate-project.ts");
  return [...drifted(made.outputs).map(({ path }) => path), ...made.orphans];
}
