import type { JsonObject } from "../../snapshot/model.ts";
import { MAX_LIST_LENGTH, MAX_PATTERN_LENGTH } from "../../snapshot/limits.ts";
import { operators, type OperatorName } from "./operators.ts";

/** The type that an attribute must have for the operator to be true of it; `any` stands for every JSON value. */
export type AttributeType = "any" | "scalar" | "string" | "number" | "date" | "array" | "string or array";

/** An operator as people and tools see it. */
export interface Operator {
  readonly name: OperatorName;
  readonly attribute: AttributeType;
  /** The JSON Schema of the operand. It says less than the operator knows: see `checkOperand`. */
  readonly operand: JsonObject;
  /** One sentence: when it is true. */
  readonly summary: string;
  /** An operand that it takes. */
  readonly example: JsonObject[string];
}

const scalar: JsonObject = { type: ["string", "number", "boolean", "null"] };
const text: JsonObject = { type: "string", minLength: 1 };
const number: JsonObject = { type: "number" };
const length: JsonObject = { type: "integer", minimum: 0 };
const listOf = (items: JsonObject): JsonObject => ({ type: "array", items, minItems: 1, maxItems: MAX_LIST_LENGTH });
const oneOrMore = (items: JsonObject): JsonObject => ({ anyOf: [items, listOf(items)] });
const date: JsonObject = { type: ["string", "number"] };

const item = (names: readonly string[]): JsonObject => ({
  type: "object",
  required: ["operator", "value"],
  properties: { operator: { enum: names }, value: true },
  additionalProperties: false,
});
const itemOperators = Object.keys(operators).filter((name) => name !== "some" && name !== "every");

type Described = Omit<Operator, "name">;

const texts = (summary: string): Described => ({
  attribute: "string",
  operand: oneOrMore(text),
  summary,
  example: ["beta-", "canary-"],
});
const numeric = (summary: string): Described => ({ attribute: "number", operand: number, summary, example: 18 });
const dates = (summary: string): Described => ({ attribute: "date", operand: date, summary, example: "now-30d" });

const described: { readonly [N in OperatorName]: Described } = {
  equals: {
    attribute: "scalar",
    operand: scalar,
    summary: "The attribute has this value, of the same type.",
    example: "MY",
  },
  equalsIgnoreCase: {
    attribute: "string",
    operand: { type: "string" },
    summary: "The attribute is this text, in whatever case.",
    example: "Berlin",
  },
  in: {
    attribute: "scalar",
    operand: listOf(scalar),
    summary: "The attribute has one of these values, of the same type.",
    example: ["MY", "SG"],
  },
  inIgnoreCase: {
    attribute: "string",
    operand: listOf({ type: "string" }),
    summary: "The attribute is one of these texts, in whatever case.",
    example: ["Berlin", "Paris"],
  },
  exists: {
    attribute: "any",
    operand: { type: "boolean" },
    summary: "With `true`: the attribute is there and not null. With `false`: it is missing or null.",
    example: true,
  },
  contains: texts("The attribute contains this text, or one of these."),
  containsIgnoreCase: texts("The attribute contains this text, or one of these, in whatever case."),
  startsWith: texts("The attribute starts with this text, or one of these."),
  startsWithIgnoreCase: texts("The attribute starts with this text, or one of these, in whatever case."),
  endsWith: texts("The attribute ends with this text, or one of these."),
  endsWithIgnoreCase: texts("The attribute ends with this text, or one of these, in whatever case."),
  matches: {
    attribute: "string",
    operand: { type: "string", maxLength: MAX_PATTERN_LENGTH },
    summary: "The regular expression, of RE2 syntax, matches somewhere in the attribute.",
    example: "^staff-[0-9]+$",
  },
  lessThan: numeric("The attribute is a number below this one."),
  atMost: numeric("The attribute is a number up to and including this one."),
  greaterThan: numeric("The attribute is a number above this one."),
  atLeast: numeric("The attribute is a number from this one on."),
  before: dates("The attribute is a date before this one."),
  notAfter: dates("The attribute is this date or an earlier one."),
  after: dates("The attribute is a date after this one."),
  notBefore: dates("The attribute is this date or a later one."),
  semver: {
    attribute: "string",
    operand: text,
    summary: "The attribute is a semantic version in this range.",
    example: ">=1.4.0 <2.0.0 || ^3.1",
  },
  cidr: {
    attribute: "string",
    operand: oneOrMore(text),
    summary: "The attribute is an IP address in this network, or in one of these.",
    example: ["10.0.0.0/8", "2001:db8::/32"],
  },
  lengthAtLeast: {
    attribute: "string or array",
    operand: length,
    summary: "The attribute is a text of at least this many code points, or a list of at least this many items.",
    example: 1,
  },
  lengthAtMost: {
    attribute: "string or array",
    operand: length,
    summary: "The attribute is a text of at most this many code points, or a list of at most this many items.",
    example: 3,
  },
  anyOf: {
    attribute: "array",
    operand: listOf(scalar),
    summary: "The attribute is a list that has at least one of these values.",
    example: ["admin", "owner"],
  },
  allOf: {
    attribute: "array",
    operand: listOf(scalar),
    summary: "The attribute is a list that has every one of these values.",
    example: ["read", "write"],
  },
  some: {
    attribute: "array",
    operand: item(itemOperators),
    summary: "The attribute is a list, and this operator is true of at least one item.",
    example: { operator: "startsWith", value: "admin-" },
  },
  every: {
    attribute: "array",
    operand: item(itemOperators),
    summary: "The attribute is a list that is not empty, and this operator is true of every item.",
    example: { operator: "lessThan", value: 100 },
  },
};

/**
 * Every operator with what it takes and means: the source of the JSON Schema, the documentation and the editor.
 * The type of its source makes sure that none is left out.
 */
export const operatorTable: readonly Operator[] = Object.entries(described).map(([name, description]) => ({
  name: name as OperatorName,
  ...description,
}));
