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

/**
 * What an operator may need beyond its operand. It is handed in and not imported, so that operators that are loaded
 * later bring nothing along that is there already.
 */
export interface OperatorEnvironment {
  /** The local client adds to them before it compiles a snapshot that needs more. */
  readonly operators: Operators;
  /** What the operators of the core take, apart from them since a browser need not carry the prose. */
  readonly words: { readonly [operator: string]: string };
  readonly regularExpressions: RegularExpressions | undefined;
  /** How operators reach another one: those over lists for each item, those that ignore case for the folded text. */
  readonly item: (operator: string, operand: JsonValue) => ValueTest;
  /** What an item of a list counts as. */
  readonly plain: (value: unknown) => AttributeValue;
}

/**
 * Turns an operand into a test, once. It throws when the operand is not one of this operator's, with a message that
 * goes on from the operator's name, `takes a number`, or without one. The test itself is false for every value of another type,
 * `undefined` and `null` included.
 */
export type CompileOperator = (operand: JsonValue, environment: OperatorEnvironment) => ValueTest;

/** By name. */
export type Operators = ReadonlyMap<string, CompileOperator>;
