import type { FlagConfiguration } from "../../snapshot/model.ts";
import type { EvaluationContext, EvaluationDetails } from "../details.ts";
import { Unreadable } from "../unreadable.ts";

/** An answer without what only the client knows: the flag's key, its metadata and the revision. */
export type Answer = Omit<EvaluationDetails, "flagKey" | "flagMetadata" | "epoch" | "revision">;

export type Test = (context: EvaluationContext, at: number) => boolean;

/** What is served, or `undefined` when a split leaves this context out. */
export type Serves = (context: EvaluationContext, at: number) => Answer | undefined;

/** Makes a flag's answers: a variant's value, or without one the default. Made once, and shared by all calls. */
export type Answers = (reason: Answer["reason"], variant?: string, ruleId?: string) => Answer;

export function answersOf({ default: safe, variants }: FlagConfiguration): Answers {
  const values = new Map(variants);
  if (values.size < variants.length) throw new Unreadable("A variant is named twice.");
  return (reason, variant, ruleId) => {
    const value = variant === undefined ? safe : values.get(variant);
    if (value === undefined) throw new Unreadable(`Unknown variant: ${variant}.`);
    return { value, reason, ...(variant !== undefined && { variant }), ...(ruleId !== undefined && { ruleId }) };
  };
}

/** The safe default, with what went wrong. */
export function failure(
  { default: value }: FlagConfiguration,
  errorCode: NonNullable<Answer["errorCode"]>,
  errorMessage: string,
): Answer {
  return { value, reason: "ERROR", errorCode, errorMessage };
}
