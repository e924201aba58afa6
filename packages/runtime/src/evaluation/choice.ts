import { MAX_ATTRIBUTE_LENGTH } from "../snapshot/limits.ts";
import type { Condition, JsonValue } from "../snapshot/model.ts";
import { plain, readAt, siteOf } from "./attribute.ts";
import type { EvaluationContext } from "./details.ts";

/** Whether one attribute has one of these values: `equals`, `in` and the parts of a target, most of all that is asked. */
export interface Choice {
  readonly attribute: string;
  readonly values: readonly JsonValue[];
}

/**
 * A choice as data, not as a closure: steps and conditions ask it in place. A call for each would cost more than the
 * answer, since the engine cannot know which closure it meets.
 */
export interface CompiledChoice {
  readonly attribute: string;
  readonly site: number;
  /** The first two of the values. Comparing is faster than looking up. */
  readonly first: unknown;
  readonly second: unknown;
  /** All of them, when there are more. */
  readonly all: ReadonlySet<unknown> | undefined;
}

/** What a condition asks, when it is no more than a choice. */
export function choiceOf(when: Condition): Choice | undefined {
  if (!("operator" in when)) return undefined;
  const { attribute, operator, value } = when;
  const path = typeof attribute === "string" ? [attribute] : attribute;
  const [name] = path;
  if (name === undefined || path.length > 1) return undefined;
  if (operator === "equals") return { attribute: name, values: [value] };
  return operator === "in" && Array.isArray(value) ? { attribute: name, values: value } : undefined;
}

/** What a condition asks, when it is a choice or several that must all hold. */
export function choicesOf(when: Condition): readonly Choice[] | undefined {
  const choices = ("all" in when ? when.all : [when]).map(choiceOf);
  return choices.every((choice) => choice !== undefined) ? choices : undefined;
}

export function compileChoice({ attribute, values }: Choice): CompiledChoice {
  // Not-a-number equals nothing, itself included, and so stands for a value that is not there.
  const [first = Number.NaN, second = first, third] = values.filter(isReadable);
  return {
    attribute,
    site: siteOf(attribute),
    first,
    second,
    all: third === undefined ? undefined : new Set(values.filter(isReadable)),
  };
}

export function isChosen(choice: CompiledChoice, context: EvaluationContext): boolean {
  const given = readAt(context, choice.attribute, choice.site);
  if (given === choice.first || given === choice.second) return true;
  return typeof given === "string" && choice.all === undefined ? false : isAmong(choice, given);
}

function isAmong({ first, second, all }: CompiledChoice, given: unknown): boolean {
  // A date and a big integer stand for a JSON value.
  const value = typeof given === "string" ? given : plain(given);
  return value === first || value === second || (all !== undefined && all.has(value));
}

/** A string that is too long counts as missing in a context, so nothing can equal it. */
export function isReadable(value: JsonValue): boolean {
  return typeof value !== "string" || value.length <= MAX_ATTRIBUTE_LENGTH;
}
