import type { JsonValue } from "@flagwright/runtime";
import type { Ajv } from "ajv";
import type { DataValidateFunction } from "ajv/dist/types/index.js";
import { canonicalJson, sameJson } from "../json/canonical-json.ts";

/**
 * Gives ajv keywords that compare JSON values. Its own call the `valueOf` and `toString` of what they compare, and so
 * throw for a value that has a member of that name.
 */
export function useComparingKeywords(ajv: Ajv): void {
  for (const keyword of ["const", "enum", "uniqueItems"]) ajv.removeKeyword(keyword);
  ajv.addKeyword({
    keyword: "const",
    compile: (constant: JsonValue) =>
      check("const", (value) => (sameJson(value, constant) ? undefined : { allowedValue: constant })),
  });
  ajv.addKeyword({
    keyword: "enum",
    schemaType: "array",
    compile: (allowed: readonly JsonValue[]) => {
      if (allowed.length === 0) throw new Error("enum must have non-empty array");
      return check("enum", (value) =>
        allowed.some((each) => sameJson(each, value)) ? undefined : { allowedValues: allowed },
      );
    },
  });
  ajv.addKeyword({
    keyword: "uniqueItems",
    type: "array",
    schemaType: "boolean",
    compile: (isWanted: boolean) =>
      check("uniqueItems", (list) => (isWanted ? repeated(list as readonly JsonValue[]) : undefined)),
  });
}

/** Two items that are the same, if there are. */
function repeated(list: readonly JsonValue[]): { readonly i: number; readonly j: number } | undefined {
  const seen = new Map<string, number>();
  for (const [i, item] of list.entries()) {
    const text = canonicalJson(item);
    const j = seen.get(text);
    if (j !== undefined) return { i, j };
    seen.set(text, i);
  }
  return undefined;
}

function check(keyword: string, wrong: (value: JsonValue) => object | undefined): DataValidateFunction {
  const validate: DataValidateFunction = (value: JsonValue) => {
    const params = wrong(value);
    if (params === undefined) return true;
    validate.errors = [{ keyword, params }];
    return false;
  };
  return validate;
}
