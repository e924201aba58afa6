import type { AttributeValue } from "../attribute.ts";
import type { JsonValue } from "../../snapshot/model.ts";
import type { OperatorName } from "../operators/operators.ts";

/** Between an attribute's name and the operand. */
const phrases: { readonly [N in OperatorName]: string } = {
  equals: "is",
  equalsIgnoreCase: "is, in whatever case,",
  in: "is one of",
  inIgnoreCase: "is, in whatever case, one of",
  exists: "exists:",
  contains: "contains",
  containsIgnoreCase: "contains, in whatever case,",
  startsWith: "starts with",
  startsWithIgnoreCase: "starts, in whatever case, with",
  endsWith: "ends with",
  endsWithIgnoreCase: "ends, in whatever case, with",
  matches: "matches",
  lessThan: "is less than",
  atMost: "is at most",
  greaterThan: "is greater than",
  atLeast: "is at least",
  before: "is before",
  notAfter: "is not after",
  after: "is after",
  notBefore: "is not before",
  semver: "is a version in",
  cidr: "is an address in",
  lengthAtLeast: "has a length of at least",
  lengthAtMost: "has a length of at most",
  anyOf: "has any of",
  allOf: "has all of",
  some: "has an item for which holds",
  every: "has only items for which holds",
};

/** The longest text that is shown of a value: the rest says nothing new. */
const MAX_SHOWN = 120;

export function operatorWords(operator: string): string {
  return Object.hasOwn(phrases, operator) ? phrases[operator as OperatorName] : operator;
}

/** A value as people read it; whatever cannot be written as JSON is named by its kind. */
export function valueWords(value: AttributeValue | JsonValue): string {
  if (value === undefined) return "missing";
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch {
    // A value that contains itself, or a getter that throws.
  }
  if (text === undefined) return `an ${typeof value} that cannot be shown`;
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

export function attributeWords(attribute: string | readonly string[]): string {
  return typeof attribute === "string" ? attribute : attribute.join(" → ");
}

export function timeWords(at: number): string {
  return Math.abs(at) <= 8.64e15 ? new Date(at).toISOString() : String(at);
}
