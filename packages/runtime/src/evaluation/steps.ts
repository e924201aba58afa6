import { plain, readAt, siteOf } from "./attribute.ts";
import { type Choice, type CompiledChoice, compileChoice, isChosen, isReadable } from "./choice.ts";
import type { Outcome } from "./compiled-snapshot.ts";
import type { EvaluationContext } from "./details.ts";
import { outcome } from "./outcome.ts";
import type { Test } from "./scope.ts";
import { type CompiledServe, served } from "./serve.ts";

/** A target or a rule: what is asked, what is served, and whether a miss ends the search. */
export interface Step {
  /** They must all hold, */
  readonly choices: readonly Choice[];
  /** and this too. */
  readonly test: Test | undefined;
  readonly serve: CompiledServe;
  readonly stop: boolean;
}

/** One step, with its choices or else its test; or many steps as a table. */
export type CompiledStep = Single | Table;

interface Single {
  readonly table: undefined;
  readonly choices: readonly CompiledChoice[];
  readonly test: Test | undefined;
  readonly serve: CompiledServe;
  readonly stop: boolean;
}

interface Table {
  /** The steps for each value of the attribute. */
  readonly table: ReadonlyMap<unknown, readonly Step[]>;
  readonly attribute: string;
  readonly site: number;
}

/** Stands for a step that ends the search with nothing. It is never served. */
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
    const attribute = onlyChoice(steps[start])?.attribute;
    let end = start + 1;
    if (attribute !== undefined) while (onlyChoice(steps[end])?.attribute === attribute) end++;
    const run = steps.slice(start, end);
    if (attribute !== undefined && run.length >= MIN_RUN) compiled.push(compileTable(attribute, run));
    else compiled.push(...run.map((step) => ({ ...step, table: undefined, choices: step.choices.map(compileChoice) })));
    start = end;
  }
  return compiled;
}

/** What the first step serves that matches and does not miss; nothing when there is none, or when a miss ends it. */
export function firstServed(
  steps: readonly CompiledStep[],
  context: EvaluationContext,
  at: number,
): Outcome | undefined {
  for (let index = 0; index < steps.length; index++) {
    const step = steps[index] as CompiledStep;
    const found = step.table === undefined ? servedByStep(step, context, at) : servedByTable(step, context, at);
    if (found !== undefined) return found === STOP ? undefined : found;
  }
  return undefined;
}

function servedByStep(step: Single, context: EvaluationContext, at: number): Outcome | undefined {
  const { choices, test, serve, stop } = step;
  for (let index = 0; index < choices.length; index++)
    if (!isChosen(choices[index] as CompiledChoice, context)) return undefined;
  if (test !== undefined && !test(context, at)) return undefined;
  return served(serve, context, at) ?? (stop ? STOP : undefined);
}

function servedByTable({ attribute, site, table }: Table, context: EvaluationContext, at: number): Outcome | undefined {
  const given = readAt(context, attribute, site);
  const chosen = table.get(typeof given === "string" ? given : plain(given));
  if (chosen === undefined) return undefined;
  for (const { serve, stop } of chosen) {
    const found = served(serve, context, at);
    if (found !== undefined) return found;
    if (stop) return STOP;
  }
  return undefined;
}

function compileTable(attribute: string, run: readonly Step[]): CompiledStep {
  const table = new Map<unknown, Step[]>();
  for (const step of run)
    for (const value of new Set(step.choices[0]?.values.filter(isReadable))) {
      const chosen = table.get(value);
      if (chosen === undefined) table.set(value, [step]);
      else chosen.push(step);
    }
  return { table, attribute, site: siteOf(attribute) };
}

function onlyChoice(step: Step | undefined): Choice | undefined {
  return step?.test === undefined && step?.choices.length === 1 ? step.choices[0] : undefined;
}
