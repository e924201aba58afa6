import { incremental } from "../generators/cache/incremental.ts";

/**
 * What `--ci` looks for besides breaks: generated files that are not what the definitions would make now, and those
 * that are made from no definition any more. What an earlier `generate` remembers is not made again.
 */
export async function outdatedOutputs(root: string, now: () => number): Promise<readonly string[]> {
  const found = await incremental(root, { now });
  // What is wrong with the definitions is for `lint` to say.
  return found.state === "made" ? [...found.changed.map(({ path }) => path), ...found.generation.orphans] : [];
}
