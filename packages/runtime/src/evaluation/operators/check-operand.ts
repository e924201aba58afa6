import type { JsonValue } from "../../snapshot/model.ts";
import type { RegularExpressions } from "./operator.ts";
import { compileOperator } from "./compile-operator.ts";
import { operatorEnvironment } from "./operators.ts";

/**
 * What is wrong with an operand, as a sentence, or nothing. It knows more than a JSON Schema can say: ranges of
 * versions, networks, dates, and with an engine given regular expressions.
 *
 * @example
 * ```ts
 * checkOperand("cidr", "10.0.0.0/33"); // "The operator cidr takes a network whose prefix is from 0 to 32, not \"33\"."
 * ```
 */
export function checkOperand(
  operator: string,
  operand: JsonValue,
  regularExpressions: RegularExpressions = unchecked,
): string | undefined {
  try {
    compileOperator(operator, operand, operatorEnvironment(regularExpressions));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Without an engine a pattern passes as it is; the compiler of the snapshot sees it again. */
const unchecked: RegularExpressions = () => ({ test: () => false });
