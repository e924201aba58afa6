import type { JsonValue } from "@flagwright/runtime";
import type { Doc } from "prettier";
import { builders } from "prettier/doc";
import { isArray, numberLiteral } from "../typescript/literal.ts";

const { fill, group, hardline, indent, join, line, softline } = builders;

/** A JSON document as prettier lays it out: each member of an object on its own line, arrays on one where they fit. */
export function jsonDoc(value: JsonValue): Doc {
  if (typeof value === "number") return numberLiteral(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (isArray(value)) return arrayDoc(value);
  const members = Object.entries(value).map(([name, member]): Doc => [JSON.stringify(name), ": ", jsonDoc(member)]);
  return members.length === 0 ? "{}" : ["{", indent([hardline, join([",", hardline], members)]), hardline, "}"];
}

function arrayDoc(items: readonly JsonValue[]): Doc {
  if (items.length === 0) return "[]";
  const printed = items.map(jsonDoc);
  const numbers = items.length > 1 && items.every((item) => typeof item === "number");
  const body = numbers
    ? fill(printed.flatMap((each, at): Doc[] => (at === printed.length - 1 ? [each] : [[each, ","], line])))
    : join([",", line], printed);
  return group(["[", indent([softline, body]), softline, "]"], { shouldBreak: isMatrix(items) });
}

/** Several objects of more than one member each, or several arrays of more than one item each, always break. */
export function isMatrix(items: readonly JsonValue[]): boolean {
  if (items.length < 2) return false;
  return (
    items.every((item) => isArray(item) && item.length > 1) ||
    items.every((item) => typeof item === "object" && item !== null && !isArray(item) && Object.keys(item).length > 1)
  );
}
