import { MAX_ATTRIBUTE_ITEMS, MAX_ATTRIBUTE_LENGTH } from "../snapshot/limits.ts";
import type { EvaluationContext } from "./details.ts";
import { Unreadable } from "./unreadable.ts";

/** What a condition sees of an attribute. Lists and objects are as the app gave them: look at parts with {@link plain}. */
export type AttributeValue = string | number | boolean | null | object | undefined;

export type ReadAttribute = (context: EvaluationContext) => AttributeValue;

interface Attributes {
  readonly [name: string]: unknown;
}

/**
 * A reader of one attribute, by name or by path. It gives `undefined` when the attribute is missing, or is nothing
 * that JSON could carry. It throws what a getter or a proxy of the context throws.
 */
export function attributeReader(attribute: string | readonly string[]): ReadAttribute {
  const path = typeof attribute === "string" ? [attribute] : attribute;
  const [first, ...rest] = path;
  if (first === undefined) throw new Unreadable("A condition names no attribute.");
  const member = memberReader(first);
  if (rest.length > 0) {
    const deeper = rest.map(memberReader);
    return (context) => {
      let value = member(context);
      for (const step of deeper) {
        if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
        value = step(value as Attributes);
      }
      return plain(value);
    };
  }
  // Nearly every split reads it. A name that is written out is read at a fixed place; one that is held in a variable
  // is looked up, since all readers share what the engine has learnt.
  if (first === "targetingKey")
    return ({ targetingKey }: { readonly targetingKey?: unknown }) =>
      typeof targetingKey === "string" && targetingKey.length <= MAX_ATTRIBUTE_LENGTH
        ? targetingKey
        : plain(targetingKey);
  if (isInherited(first)) return (context) => plain(member(context));
  // The common case, without a call for the member or for a string of ordinary length.
  return (context) => {
    const value = context[first];
    return typeof value === "string" && value.length <= MAX_ATTRIBUTE_LENGTH ? value : plain(value);
  };
}

/**
 * Names such as `__proto__` and `constructor` are data: what an object inherits from `Object.prototype` is no
 * attribute. Other names are read directly, so that a context may be a class with getters.
 */
function memberReader(name: string): (attributes: Attributes) => unknown {
  return isInherited(name)
    ? (attributes) => (Object.hasOwn(attributes, name) ? attributes[name] : undefined)
    : (attributes) => attributes[name];
}

function isInherited(name: string): boolean {
  return name in Object.prototype;
}

/**
 * The JSON value that a value of JavaScript stands for, or `undefined`: a date becomes its ISO 8601 text, a big
 * integer a number when that is exact; not-a-number, infinities, functions, symbols and what is too long are missing.
 */
export function plain(value: unknown): AttributeValue {
  switch (typeof value) {
    case "string":
      return value.length <= MAX_ATTRIBUTE_LENGTH ? value : undefined;
    case "boolean":
      return value;
    case "number":
      return Number.isFinite(value) ? value : undefined;
    case "bigint":
      return BigInt(Number(value)) === value && Number.isSafeInteger(Number(value)) ? Number(value) : undefined;
    case "object":
      if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
      return Array.isArray(value) && value.length > MAX_ATTRIBUTE_ITEMS ? undefined : value;
    default:
      return undefined;
  }
}
