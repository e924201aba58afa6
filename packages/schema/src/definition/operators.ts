import { type Operator, operatorTable } from "@flagwright/runtime";

/** Every operator of the evaluator, by name. */
export const operators: ReadonlyMap<string, Operator> = new Map(operatorTable.map((each) => [each.name, each]));

/** How operators may be written in YAML besides their names. */
export const operatorSymbols: { readonly [symbol: string]: string } = {
  "=": "equals",
  "<": "lessThan",
  "<=": "atMost",
  ">": "greaterThan",
  ">=": "atLeast",
};
