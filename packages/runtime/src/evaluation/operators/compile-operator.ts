import type { JsonValue } from "../../snapshot/model.ts";
import { plain } from "../attribute.ts";
import { Unreadable } from "../unreadable.ts";
import type { OperatorEnvironment, Operators, RegularExpressions, ValueTest } from "./operator.ts";

/** @throws {Unreadable} when the operator is unknown or does not take this operand. */
export function compileOperator(name: string, operand: JsonValue, environment: OperatorEnvironment): ValueTest {
  const operator = environment.operators.get(name);
  if (operator === undefined) throw new Unreadable(`The operator ${JSON.stringify(name)} is unknown.`);
  try {
    return operator(operand, environment);
  } catch (error) {
    // Operators say what they take, or the words do; who they are is added here, once, by the innermost.
    const said = (error as Error).message || (environment.words[name] ?? "refuses its operand");
    throw error instanceof Unreadable ? error : new Unreadable(`The operator ${name} ${said}.`);
  }
}

/** `words` say what operators take that throw without a message. */
export function environmentOf(
  operators: Operators,
  regularExpressions: RegularExpressions | undefined,
  words: OperatorEnvironment["words"] = {},
): OperatorEnvironment {
  const environment: OperatorEnvironment = {
    operators,
    regularExpressions,
    words,
    item: (operator, operand) => compileOperator(operator, operand, environment),
    plain,
  };
  return environment;
}
