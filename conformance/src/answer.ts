import type { Expectation } from "./cases.ts";

/** What any way to an answer knows of it. */
export interface Answer {
  readonly value: unknown;
  readonly variant?: string | undefined;
  readonly reason: string;
  readonly ruleId?: string | undefined;
  readonly errorCode?: string | undefined;
}

/** An answer as a case has it: in JSON, without the members that are not compared. */
export function answerOf(answer: Answer | undefined): Partial<Expectation> | undefined {
  if (answer === undefined) return undefined;
  const { value, variant, reason, ruleId, errorCode } = answer;
  return JSON.parse(JSON.stringify({ value, variant, reason, ruleId, errorCode })) as Partial<Expectation>;
}
