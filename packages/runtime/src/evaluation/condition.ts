import type { AttributeCondition, BucketCondition, Condition } from "../snapshot/model.ts";
import { attributeReader } from "./attribute.ts";
import { bucketing } from "./bucket.ts";
import { choiceOf, compileChoice, isChosen } from "./choice.ts";
import { compileOperator } from "./operators/compile-operator.ts";
import type { Scope, Test } from "./scope.ts";
import { Unreadable } from "./unreadable.ts";

/** Turns a condition into a closure, once. It throws `Unreadable` for what this code does not know. */
export function compileCondition(condition: Condition, scope: Scope): Test {
  scope.conditions++;
  if ("all" in condition) return every(condition.all.map((part) => compileCondition(part, scope)));
  if ("any" in condition) {
    const tests = condition.any.map((part) => compileCondition(part, scope));
    return (context, at) => tests.some((test) => test(context, at));
  }
  if ("not" in condition) {
    const test = compileCondition(condition.not, scope);
    return (context, at) => !test(context, at);
  }
  if ("operator" in condition) return compileAttribute(condition, scope);
  if ("segment" in condition) return scope.segment(condition.segment);
  if ("flag" in condition) return scope.flag(condition);
  if ("bucket" in condition) return compileBucket(condition.bucket);
  throw new Unreadable(`A condition with the members ${Object.keys(condition).join(", ") || "(none)"} is unknown.`);
}

/** All of nothing is true. */
export function every(tests: readonly Test[]): Test {
  const [only] = tests;
  if (only !== undefined && tests.length === 1) return only;
  return (context, at) => {
    for (const test of tests) if (!test(context, at)) return false;
    return true;
  };
}

/** Those whose operand may say `now`, and those that may pass it on. */
const timedOperators: ReadonlySet<string> = new Set(["before", "notAfter", "after", "notBefore", "some", "every"]);

function compileAttribute(condition: AttributeCondition, scope: Scope): Test {
  const { attribute, operator, value } = condition;
  if (timedOperators.has(operator)) scope.timed = true;
  const read = attributeReader(attribute);
  const test = compileOperator(operator, value, scope.environment);
  const choice = choiceOf(condition);
  if (choice === undefined) return (context, at) => test(read(context), at);
  const compiled = compileChoice(choice);
  return (context) => isChosen(compiled, context);
}

function compileBucket({ by, fallbackBy, salt, from, to }: BucketCondition): Test {
  const bucket = bucketing(by, fallbackBy, salt);
  return (context) => {
    const at = bucket(context);
    return at >= from && at < to;
  };
}
