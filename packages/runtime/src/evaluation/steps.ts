import type { Condition, JsonValue } from "../snapshot/model.ts";
import { attributeReader } from "./attribute.ts";
import type { Outcome } from "./compiled-snapshot.ts";
import type { EvaluationContext } from "./details.ts";
import { outcome } from "./outcome.ts";
import type { Test } from "./scope.ts";
import type { CompiledServe } from "./serve.ts";

/** A target or a rule: what is asked, what is served, and whether a miss ends the search. */
export interface Step {
  readonly test: Test;
  /** What `test` asks, when it is no more than whether one attribute has one of these values. */
  readonly choice: Choice | undefined;
  readonly serve: CompiledServe;
  readonly stop: boolean;
}

export interface Choice {
  readonly attribute: string;
  readonly values: readonly JsonValue[];
}

/** Gives what is served, nothing to go on, or {@link STOP}. */
export type CompiledStep = (context: EvaluationContext, at: number) => Outcome | undefined;

/** Stands for a rule that matched, missed, and ends the search. It is never served. */
export const STOP: Outcome = outcome(null, undefined, "UNKNOWN");

/** From so many steps on, looking a value up is faster than asking one after the other. */
const MIN_RUN = 3;

/**
 * Steps in a row that choose by the values of one attribute become one table from value to steps: twenty rules for
 * twenty countries then cost as much as one. All others stay as they are. The order is kept.
 */
export function compileSteps(steps: readonly Step[]): readonly CompiledStep[] {
  const compiled: CompiledStep[] = [];
  let start = 0;
  while (start < steps.length) {
    const attribute = steps[start]?.choice?.attribute;
    const others = steps.slice(start).findIndex(({ choice }) => choice === undefined || choice.attribute !== attribute);
    const run = steps.slice(start, others === -1 ? undefined : start + Math.max(1, others));
    if (attribute !== undefined && run.length >= MIN_RUN) compiled.push(compileTable(attribute, run));
    else compiled.push(...run.map(compileStep));
    start += run.length;
  }
  return compiled;
}

/** What a condition asks, when it is no more than a choice by one attribute. */
export function choiceOf(when: Condition): Choice | undefined {
  if ("all" in when || "any" in when || "not" in when || !("operator" in when)) return undefined;
  const { attribute, operator, value } = when;
  const name = typeof attribute === "string" ? attribute : attribute.length === 1 ? attribute[0] : undefined;
  if (name === undefined) return undefined;
  if (operator === "equals") return { attribute: name, values: [value] };
  return operator === "in" && Array.isArray(value) ? { attribute: name, values: value } : undefined;
}

function compileStep({ test, serve, stop }: Step): CompiledStep {
  if (!stop) return (context, at) => (test(context, at) ? serve(context, at) : undefined);
  return (context, at) => (test(context, at) ? (serve(context, at) ?? STOP) : undefined);
}

function compileTable(attribute: string, run: readonly Step[]): CompiledStep {
  const read = attributeReader([attribute]);
  const table = new Map<unknown, Step[]>();
  for (const step of run)
    for (const value of new Set(step.choice?.values)) {
      const chosen = table.get(value);
      if (chosen === undefined) table.set(value, [step]);
      else chosen.push(step);
    }
  return (context, at) => {
    const chosen = table.get(read(context));
    if (chosen === undefined) return undefined;
    for (const { serve, stop } of chosen) {
      const served = serve(context, at);
      if (served !== undefined) return served;
      if (stop) return STOP;
    }
    return undefined;
  };
}
