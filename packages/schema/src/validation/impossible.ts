import type { AttributeCondition, JsonValue } from "@flagwright/runtime";
import { operators } from "../definition/operators.ts";
import type { JsonSchema } from "../definition/model.ts";
import { valueTypeOf } from "../definition/value-type.ts";
import { isJsonObject, member } from "../json/json-object.ts";
import { suggestion } from "../json/nearest.ts";
import { compileValueSchema } from "./value-schema.ts";

interface Impossible {
  readonly message: string;
  readonly help?: string | undefined;
}

/** The types of attribute that each kind of operator can be true of; what is not here takes any. */
const fitting: { readonly [attribute: string]: readonly string[] } = {
  number: ["number", "integer"],
  string: ["string"],
  array: ["array"],
  date: ["string", "number", "integer"],
  scalar: ["string", "number", "integer", "boolean"],
  "string or array": ["string", "array"],
};

/** Why no value that the context's schema allows can satisfy the condition, or `undefined` when one may. */
export function impossible(
  { attribute, operator, value }: AttributeCondition,
  schema: JsonSchema,
): Impossible | undefined {
  const name = typeof attribute === "string" ? attribute : attribute.join(".");
  const type = valueTypeOf(schema);
  const fits = fitting[operators.get(operator)?.attribute ?? "any"];
  if (type !== "any" && fits !== undefined && !fits.includes(type))
    return { message: `${name} is of type ${type}, of which ${operator} is never true.`, help: operatorFor(type) };
  if (operator === "equals" || operator === "in")
    return neverEqual(name, operator === "in" ? (value as readonly JsonValue[]) : [value], schema);
  return beyondBounds(name, operator, value, schema);
}

function operatorFor(type: string): string {
  const names = [...operators.values()]
    .filter((each) => fitting[each.attribute]?.includes(type) ?? true)
    .map((each) => each.name);
  return `Operators for it: ${names.join(", ")}.`;
}

function neverEqual(name: string, values: readonly JsonValue[], schema: JsonSchema): Impossible | undefined {
  const compiled = compileValueSchema(schema);
  if (!compiled.ok) return undefined;
  const never = values.filter((each) => compiled.validate(each).length > 0);
  if (never.length === 0) return undefined;
  const allowed = isJsonObject(schema) ? member(schema, "enum") : undefined;
  const texts = Array.isArray(allowed) ? allowed.map(String) : [];
  const shown = never.slice(0, 5).map((each) => JSON.stringify(each));
  return {
    message: `${name} can never be ${shown.join(" or ")}.`,
    help: suggestion(String(never[0]), texts) ?? compiled.validate(never[0] ?? null)[0]?.message,
  };
}

const bounds: { readonly [operator: string]: (limit: number, least: number, most: number) => boolean } = {
  lessThan: (limit, least) => least >= limit,
  atMost: (limit, least) => least > limit,
  greaterThan: (limit, _least, most) => most <= limit,
  atLeast: (limit, _least, most) => most < limit,
};

function beyondBounds(name: string, operator: string, value: JsonValue, schema: JsonSchema): Impossible | undefined {
  const never = Object.hasOwn(bounds, operator) ? bounds[operator] : undefined;
  if (never === undefined || typeof value !== "number" || !isJsonObject(schema)) return undefined;
  const limit = (keyword: string, missing: number): number => {
    const found = member(schema, keyword);
    return typeof found === "number" ? found : missing;
  };
  const least = Math.max(limit("minimum", -Infinity), limit("exclusiveMinimum", -Infinity));
  const most = Math.min(limit("maximum", Infinity), limit("exclusiveMaximum", Infinity));
  if (!never(value, least, most)) return undefined;
  return {
    message: `${name} lies between ${least} and ${most}, so this is never true.`,
    help: "Correct the bound, or the context in flagwright.yaml.",
  };
}
