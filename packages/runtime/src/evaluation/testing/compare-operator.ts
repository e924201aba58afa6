import type { JsonValue } from "../../snapshot/model.ts";
import { plain } from "../attribute.ts";
import { compileOperator } from "../operators/compile-operator.ts";
import { operatorEnvironment } from "../operators/operators.ts";
import { regularExpressions } from "../regular-expressions.ts";
import { Unreadable } from "../unreadable.ts";
import { referenceOperator } from "./reference-operators.ts";
import { asValue } from "./reference-values.ts";

export type OperatorAnswer = boolean | "refused";

const environment = operatorEnvironment(regularExpressions);

/** What the evaluator's operator says, and what the reference's says, of the same value. */
export function bothAnswers(
  operator: string,
  operand: JsonValue,
  value: unknown,
  at: number,
): { readonly evaluator: OperatorAnswer; readonly reference: OperatorAnswer } {
  const reference = referenceOperator(operator, operand, regularExpressions);
  return {
    evaluator: evaluatorAnswer(operator, operand, value, at),
    reference: reference === undefined ? "refused" : reference(asValue(value), at),
  };
}

function evaluatorAnswer(operator: string, operand: JsonValue, value: unknown, at: number): OperatorAnswer {
  try {
    return compileOperator(operator, operand, environment)(plain(value), at);
  } catch (error) {
    if (error instanceof Unreadable) return "refused";
    throw error;
  }
}
