import type { Ramp, Serve, Split } from "@flagwright/runtime";
import type { FlagDefinition } from "../definition/model.ts";
import { suggestion } from "../json/nearest.ts";
import { type Asker, checkAttribute } from "./condition.ts";
import { checkInstant } from "./time.ts";
import { problem, type StateProblem } from "./problem.ts";

/** What is wrong with what is served, its form being right. */
export function checkServe(
  serve: Serve,
  at: string,
  asker: Asker & { readonly definition: FlagDefinition },
  variants: ReadonlySet<string>,
): readonly StateProblem[] {
  if ("variant" in serve) return checkVariant(serve.variant, `${at}/variant`, variants);
  return "split" in serve ? checkSplit(serve.split, `${at}/split`, asker, variants) : [];
}

export function checkVariant(name: string, at: string, variants: ReadonlySet<string>): readonly StateProblem[] {
  if (variants.has(name)) return [];
  return [
    problem(
      at,
      "VARIANT_KNOWN",
      `There is no variant ${JSON.stringify(name)}.`,
      suggestion(name, variants) ?? "Add it to `variants` in the flag's definition.",
    ),
  ];
}

function checkSplit(
  split: Split,
  at: string,
  asker: Asker & { readonly definition: FlagDefinition },
  variants: ReadonlySet<string>,
): readonly StateProblem[] {
  const { definition } = asker;
  const problems: StateProblem[] = [];
  if (definition.bucketBy === null)
    return [
      problem(
        at,
        "SPLIT_HAS_BUCKETING",
        `${definition.key} may not serve a split: it is bucketed by nothing, so that it can be read without a user.`,
        "Serve one variant, or write `bucketBy: targetingKey` into the flag's definition.",
      ),
    ];
  for (const [index, name] of split.by.entries()) problems.push(...checkAttribute(name, `${at}/by/${index}`, asker));
  if (split.fallbackBy !== undefined) problems.push(...checkAttribute(split.fallbackBy, `${at}/fallbackBy`, asker));
  for (const [index, [variant]] of split.ranges.entries())
    problems.push(...checkVariant(variant, `${at}/ranges/${index}/0`, variants));
  problems.push(...checkRanges(split.ranges, `${at}/ranges`));
  if (split.ramp !== undefined) problems.push(...checkRamp(split.ramp, `${at}/ramp`));
  return problems;
}

function checkRanges(ranges: Split["ranges"], at: string): readonly StateProblem[] {
  const problems: StateProblem[] = [];
  for (const [index, [variant, from, to]] of ranges.entries())
    if (from > to)
      problems.push(
        problem(
          `${at}/${index}`,
          "RANGE_ORDER",
          `The range of ${JSON.stringify(variant)} ends before it starts.`,
          "Swap its start and its end.",
        ),
      );
  const inOrder = [...ranges.entries()].filter(([, [, from, to]]) => from < to).sort(([, a], [, b]) => a[1] - b[1]);
  for (const [place, [index, [variant, from]]] of inOrder.entries()) {
    const before = inOrder[place - 1]?.[1];
    if (before !== undefined && from < before[2])
      problems.push(
        problem(
          `${at}/${index}`,
          "RANGES_APART",
          `The range of ${JSON.stringify(variant)} overlaps that of ${JSON.stringify(before[0])}.`,
          `Let it start at ${before[2]}.`,
        ),
      );
  }
  return problems;
}

function checkRamp(ramp: Ramp, at: string): readonly StateProblem[] {
  const problems = ramp.steps.flatMap(([instant], index) => checkInstant(instant, `${at}/steps/${index}/0`));
  for (const [index, [instant]] of ramp.steps.entries()) {
    const before = ramp.steps[index - 1];
    if (before !== undefined && Date.parse(instant) <= Date.parse(before[0]))
      problems.push(
        problem(
          `${at}/steps/${index}`,
          "RAMP_ORDER",
          "A step of the ramp is not later than the one before.",
          "Put the steps in order of time.",
        ),
      );
  }
  return problems;
}
