import { environmentOf } from "./compile-operator.ts";
import { type CoreOperatorName, coreOperators } from "./core.ts";
import { coreWords } from "./core-words.ts";
import * as further from "./further.ts";
import { cidr } from "./network.ts";
import type { CompileOperator, OperatorEnvironment, RegularExpressions } from "./operator.ts";
import { semver } from "./semantic-version.ts";

export type OperatorName = CoreOperatorName | keyof typeof further | "semver" | "cidr";

/**
 * Every operator by name. What it takes and what it means stands in `operator-table.ts`, apart from this so that a
 * browser need not carry the prose.
 */
export const operators: { readonly [N in OperatorName]: CompileOperator } = {
  ...coreOperators,
  ...further,
  semver,
  cidr,
};

const byName = new Map<string, CompileOperator>(Object.entries(operators));

export function operatorEnvironment(regularExpressions: RegularExpressions | undefined): OperatorEnvironment {
  return environmentOf(byName, regularExpressions, coreWords);
}
