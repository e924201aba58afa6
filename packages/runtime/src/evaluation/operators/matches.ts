import { MAX_PATTERN_LENGTH } from "../../snapshot/limits.ts";
import type { CompileOperator, RegularExpression, RegularExpressions } from "./operator.ts";

export const matches: CompileOperator = (operand, { regularExpressions }) => {
  if (typeof operand !== "string" || operand.length > MAX_PATTERN_LENGTH)
    throw new TypeError(`takes a regular expression of at most ${MAX_PATTERN_LENGTH} characters`);
  if (regularExpressions === undefined)
    throw new TypeError("needs a regular expression engine, and there is none here");
  const pattern = patternOf(operand, regularExpressions);
  return (value) => typeof value === "string" && pattern.test(value);
};

function patternOf(source: string, regularExpressions: RegularExpressions): RegularExpression {
  try {
    return regularExpressions(source);
  } catch (error) {
    const reason = error instanceof Error ? error.message : "bad";
    throw new TypeError(`takes a regular expression of RE2 syntax: ${reason}`, { cause: error });
  }
}
