import type { JsonValue } from "../../snapshot/model.ts";
import type { CompileOperator } from "./operator.ts";

/**
 * Folds case code point by code point, in no language: upper case, then lower case, as the Unicode Character
 * Database has it (SpecialCasing included). JavaScript writes a sigma at the end of a word as ς; undone here, since a
 * part of a text must fold to a part of the folded text.
 *
 * @example
 * ```ts
 * foldCase("Straße"); // "strasse"
 * ```
 */
function foldCase(text: string): string {
  return text.toUpperCase().toLowerCase().replaceAll("ς", "σ");
}

/** Of a list of texts, each. What is no text is left to the operator that is asked. */
function folded(operand: JsonValue): JsonValue {
  if (Array.isArray(operand)) return operand.map(folded);
  return typeof operand === "string" ? foldCase(operand) : operand;
}

/** Folding both sides and asking the operator that looks at case. */
function ignoringCase(name: string, takes?: "a string" | "a list of strings"): CompileOperator {
  return (operand, { item }) => {
    const all = takes === "a string" ? [operand] : operand;
    if (takes !== undefined && !(Array.isArray(all) && all.every((each) => typeof each === "string")))
      throw new TypeError(`takes ${takes}`);
    const test = item(name, folded(operand));
    return (value, at) => typeof value === "string" && test(foldCase(value), at);
  };
}

export const equalsIgnoreCase: CompileOperator = ignoringCase("equals", "a string");
export const inIgnoreCase: CompileOperator = ignoringCase("in", "a list of strings");
export const containsIgnoreCase: CompileOperator = ignoringCase("contains");
export const startsWithIgnoreCase: CompileOperator = ignoringCase("startsWith");
export const endsWithIgnoreCase: CompileOperator = ignoringCase("endsWith");
