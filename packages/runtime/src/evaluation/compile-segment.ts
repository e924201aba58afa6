import type { Segment } from "../snapshot/model.ts";
import { attributeReader } from "./attribute.ts";
import { compileCondition } from "./condition.ts";
import type { CompiledSegment, Scope, Test } from "./scope.ts";

const readTargetingKey = attributeReader("targetingKey");

/** Excluded keys are out, included ones in, and for everybody else the condition decides. */
export function compileSegment(segment: Segment, scope: Scope): CompiledSegment {
  const when = compileCondition(segment.when, scope);
  const { links, segments, conditions, timed } = scope;
  return { test: membership(segment, when), links, segments, conditions, timed };
}

function membership({ include, exclude }: Segment, when: Test): Test {
  if (include.length === 0 && exclude.length === 0) return when;
  const included: ReadonlySet<unknown> = new Set(include);
  const excluded: ReadonlySet<unknown> = new Set(exclude);
  return (context, at) => {
    const key = readTargetingKey(context);
    return !excluded.has(key) && (included.has(key) || when(context, at));
  };
}
