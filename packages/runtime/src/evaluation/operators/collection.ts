import type { JsonValue } from "../../snapshot/model.ts";
import type { AttributeValue } from "../attribute.ts";
import type { CompileOperator, OperatorEnvironment, ValueTest } from "./operator.ts";

function length(operand: JsonValue): number {
  if (!Number.isSafeInteger(operand) || (operand as number) < 0)
    throw new TypeError("takes a whole number that is not negative");
  return operand as number;
}

/** Code points of a text, so that an emoji counts once; items of a list. */
function lengthOf(value: AttributeValue): number | undefined {
  if (typeof value !== "string") return Array.isArray(value) ? value.length : undefined;
  let points = 0;
  for (const _ of value) points++;
  return points;
}

export const lengthAtLeast: CompileOperator = (operand) => {
  const bound = length(operand);
  return (value) => {
    const actual = lengthOf(value);
    return actual !== undefined && actual >= bound;
  };
};

export const lengthAtMost: CompileOperator = (operand) => {
  const bound = length(operand);
  return (value) => {
    const actual = lengthOf(value);
    return actual !== undefined && actual <= bound;
  };
};

/** The operand of `in`, without those that are there twice. */
function expectedBy(operand: JsonValue): ReadonlySet<unknown> {
  if (
    !Array.isArray(operand) ||
    operand.length === 0 ||
    operand.some((each) => typeof each === "object" && each !== null)
  )
    throw new TypeError("takes a list of strings, numbers, booleans or null");
  return new Set(operand);
}

export const anyOf: CompileOperator = (operand, { plain }) => {
  const expected = expectedBy(operand);
  return (value) => Array.isArray(value) && value.some((item) => expected.has(plain(item)));
};

export const allOf: CompileOperator = (operand, { plain }) => {
  const expected = [...expectedBy(operand)];
  return (value) => {
    if (!Array.isArray(value)) return false;
    const items: ReadonlySet<unknown> = new Set(value.map(plain));
    return expected.every((each) => items.has(each));
  };
};

/** The operand names another operator, for the items: `{ operator: "startsWith", value: "admin-" }`. */
function itemTest(operand: JsonValue, { item }: OperatorEnvironment): ValueTest {
  if (typeof operand !== "object" || operand === null || !("operator" in operand) || !("value" in operand))
    throw new TypeError('takes { "operator": …, "value": … } for the items');
  const { operator, value } = operand;
  if (typeof operator !== "string" || value === undefined || operator === "some" || operator === "every")
    throw new TypeError("takes the name of an operator other than some and every");
  return item(operator, value);
}

export const some: CompileOperator = (operand, environment) => {
  const test = itemTest(operand, environment);
  const { plain } = environment;
  return (value, at) => Array.isArray(value) && value.some((item) => test(plain(item), at));
};

/** False of an empty list: a person with no roles does not have "only admin roles". */
export const every: CompileOperator = (operand, environment) => {
  const test = itemTest(operand, environment);
  const { plain } = environment;
  return (value, at) => Array.isArray(value) && value.length > 0 && value.every((item) => test(plain(item), at));
};
