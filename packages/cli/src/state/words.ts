import type { Condition, JsonValue, Rule, Serve, Target } from "@flagwright/runtime";
import { BUCKETS } from "@flagwright/runtime";
import { printable } from "../output/text.ts";

/** State in words, for people. */

export function serveWords(serve: Serve): string {
  if ("variant" in serve) return printable(serve.variant);
  if ("default" in serve) return "the default";
  const shares = new Map<string, number>();
  for (const [variant, from, to] of serve.split.ranges) shares.set(variant, (shares.get(variant) ?? 0) + (to - from));
  const words = [...shares].map(([variant, share]) => `${printable(variant)} ${percent(share)}`);
  return [...words, ...(serve.split.ramp === undefined ? [] : ["ramped"])].join(", ");
}

export function percent(share: number): string {
  return `${Number(((share / BUCKETS) * 100).toFixed(3))} %`;
}

export function valueWords(value: JsonValue): string {
  return printable(JSON.stringify(value));
}

export function targetWords({ match }: Target): string {
  return match.map(([attribute, values]) => `${printable(attribute)} is ${list(values)}`).join(" and ");
}

export function ruleTitle({ name, id, when }: Rule): string {
  return name === undefined ? `${printable(id)}: ${conditionWords(when)}` : printable(name);
}

export function conditionWords(condition: Condition, inside = false): string {
  if ("all" in condition) return group(condition.all, " and ", "always", inside);
  if ("any" in condition) return group(condition.any, " or ", "never", inside);
  if ("not" in condition) return `not (${conditionWords(condition.not)})`;
  if ("segment" in condition) return `in segment ${printable(condition.segment)}`;
  if ("flag" in condition)
    return `${printable(condition.flag)} ${condition.is === "on" ? "is on" : `serves ${list(condition.is)}`}`;
  if ("bucket" in condition)
    return `${percent(condition.bucket.to - condition.bucket.from)} of ${condition.bucket.by.map(printable).join(" and ")}`;
  const { attribute, operator, value } = condition;
  const name = printable(typeof attribute === "string" ? attribute : attribute.join("."));
  if (operator === "exists") return value === false ? `${name} is missing` : `${name} is there`;
  return `${name} ${operatorWord(operator)} ${Array.isArray(value) ? list(value) : valueWords(value)}`;
}

function group(conditions: readonly Condition[], word: string, none: string, inside: boolean): string {
  if (conditions.length === 0) return none;
  const text = conditions.map((condition) => conditionWords(condition, conditions.length > 1)).join(word);
  return inside && conditions.length > 1 ? `(${text})` : text;
}

/** Those whose name does not read well in a sentence; `startsWith` becomes "starts with" by itself. */
const operatorWords: { readonly [operator: string]: string } = {
  equals: "is",
  in: "is",
  lessThan: "<",
  atMost: "≤",
  greaterThan: ">",
  atLeast: "≥",
  semver: "is a version in",
  cidr: "is in the network",
  anyOf: "has any of",
  allOf: "has all of",
};

function operatorWord(operator: string): string {
  return operatorWords[operator] ?? printable(operator).replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function list(values: readonly JsonValue[]): string {
  const words = values
    .slice(0, LISTED)
    .map((value) => (typeof value === "string" ? printable(value) : valueWords(value)));
  return values.length > LISTED ? `${words.join(", ")} or ${values.length - LISTED} more` : words.join(" or ");
}

/** Longer lists say how many more there are. */
const LISTED = 5;
