import { problem, type StateProblem } from "./problem.ts";

/** Levels of any input: more than any form of ours has, and far from the end of the stack. */
const MAX_INPUT_DEPTH = 120;
/** Values in one input: a bundle of ten thousand flags has about a million. */
const MAX_INPUT_VALUES = 5_000_000;

/** Whether an input is small and flat enough to be walked by recursion. Recurses nowhere itself. */
export function checkJsonLimits(input: unknown): StateProblem | undefined {
  const open: { readonly value: unknown; readonly depth: number }[] = [{ value: input, depth: 0 }];
  let count = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (++count > MAX_INPUT_VALUES)
      return problem("", "INPUT_SIZE", "The input holds too many values.", "Send less at once.");
    if (next.depth > MAX_INPUT_DEPTH)
      return problem("", "INPUT_DEPTH", `The input is nested deeper than ${MAX_INPUT_DEPTH} levels.`, "Flatten it.");
    if (typeof next.value === "object" && next.value !== null)
      for (const value of Object.values(next.value)) open.push({ value, depth: next.depth + 1 });
    else if (!isJsonScalar(next.value))
      return problem("", "INPUT_JSON", "The input holds something that is no JSON.", "Send JSON.");
  }
  return undefined;
}

function isJsonScalar(value: unknown): boolean {
  return value === null || typeof value === "string" || typeof value === "boolean" || Number.isFinite(value);
}
