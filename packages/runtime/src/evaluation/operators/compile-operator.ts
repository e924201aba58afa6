import type { JsonValue } from "../../snapshot/model.ts";
import { plain } from "../attribute.ts";
import { Unreadable } from "../unreadable.ts";
import type { OperatorEnvironment, Operators, RegularExpressions, ValueTest } from "./operator.ts";

/** @throws {Unreadable} when the operator is unknown or does not take this operand. */
export function compileOperator(name: string, operand: JsonValue, environment: OperatorEnvironment): ValueTest {
  const operator = Object.hasOwn(environment.operators, name) ? environment.operators[name] : undefined;
  if (operator === undefined) throw new Unreadable(`The operator ${JSON.stringify(name)} is unknown.`);
  try {
    return operator(operand, environment);
  } catch (error) {
    // Operators say what they take; who they are is added here, once, by the innermost.
    throw error instanceof Unreadable ? error : new Unreadable(`The operator ${name} ${(error as Error).message}.`);
  }
}

export function environmentOf(
  operators: Operators,
  regularExpressions: RegularExpressions | undefined,
): OperatorEnvironment {
  const environment: OperatorEnvironment = {
    operators,
    regularExpressions,
    item: (operator, operand) => compileOperator(operator, operand, environment),
    plain,
  };
  return environment;
}
