import type { JsonValue } from "../../snapshot/model.ts";
import type { AttributeValue } from "../attribute.ts";

/** Whether an attribute's value satisfies the condition. `at` is the time of evaluation in milliseconds since 1970. */
export type ValueTest = (value: AttributeValue, at: number) => boolean;

/** A compiled regular expression: true when it matches anywhere in the text. */
export interface RegularExpression {
  test(text: string): boolean;
}

/** Compiles a pattern of RE2 syntax into one that runs in linear time, or throws with the reason it cannot. */
export type RegularExpressions = (pattern: string) => RegularExpression;

/** What an operator may need beyond its operand. */
export interface OperatorEnvironment {
  readonly regularExpressions: RegularExpressions | undefined;
  /** How the operators over lists reach the one they apply to each item. */
  readonly item: (operator: string, operand: JsonValue) => ValueTest;
}

/**
 * Turns an operand into a test, once. It throws `Unreadable` when the operand is not one of this operator's; the test
 * itself is false for every value of another type, `undefined` and `null` included.
 */
export type CompileOperator = (operand: JsonValue, environment: OperatorEnvironment) => ValueTest;
