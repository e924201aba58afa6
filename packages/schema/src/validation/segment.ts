import type { Segment } from "@flagwright/runtime";
import { segmentFormat } from "../formats/canonical.ts";
import { checkCondition } from "./condition.ts";
import { problem, type StateProblem } from "./problem.ts";
import { conditionReferences } from "./references.ts";
import { checkShape } from "./shape.ts";
import type { Surroundings } from "./surroundings.ts";

/** Everything that is wrong with a segment, which may come from anywhere. Empty when it may be stored. */
export function validateSegment(segment: unknown, surroundings: Surroundings): readonly StateProblem[] {
  const shape = checkShape(segmentFormat, segment);
  return shape.length > 0 ? shape : checkSegment(segment as Segment, surroundings);
}

/** As `validateSegment`, for a segment that has the right form already. */
export function checkSegment(segment: Segment, surroundings: Surroundings): readonly StateProblem[] {
  const problems = checkCondition(segment.when, "/when", { surroundings });
  const path = cycle(segment, surroundings);
  if (path === undefined) return problems;
  return [
    ...problems,
    problem(
      "/when",
      "SEGMENT_NO_CYCLE",
      `The segment asks for itself: ${path.join(" → ")}.`,
      "Remove one of these references.",
    ),
  ];
}

/** The way from the segment back to itself, if there is one. */
function cycle(segment: Segment, { segments }: Surroundings): readonly string[] | undefined {
  const inner = (key: string): readonly string[] => {
    const when = key === segment.key ? segment.when : segments.get(key)?.when;
    return when === undefined ? [] : [...conditionReferences(when).segments];
  };
  const seen = new Set<string>();
  const open: (readonly string[])[] = [[segment.key]];
  for (let path = open.pop(); path !== undefined; path = open.pop())
    for (const next of inner(path.at(-1) ?? "")) {
      if (next === segment.key) return [...path, next];
      if (seen.has(next)) continue;
      seen.add(next);
      open.push([...path, next]);
    }
  return undefined;
}
