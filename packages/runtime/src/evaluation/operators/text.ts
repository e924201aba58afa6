import type { JsonValue } from "../../snapshot/model.ts";
import type { CompileOperator } from "./operator.ts";

/** One text, or several of which any will do. An empty one would hold for everybody, which nobody means. */
function texts(operand: JsonValue): readonly string[] {
  const all: readonly JsonValue[] = Array.isArray(operand) ? operand : [operand];
  if (all.length === 0 || all.some((each) => typeof each !== "string" || each === "")) throw new TypeError();
  return all as readonly string[];
}

function comparison(holds: (value: string, part: string) => boolean): CompileOperator {
  return (operand) => {
    const parts = texts(operand);
    return (value) => typeof value === "string" && parts.some((part) => holds(value, part));
  };
}

export const contains: CompileOperator = comparison((value, part) => value.includes(part));
export const startsWith: CompileOperator = comparison((value, part) => value.startsWith(part));
export const endsWith: CompileOperator = comparison((value, part) => value.endsWith(part));
