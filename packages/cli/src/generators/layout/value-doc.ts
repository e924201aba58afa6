import type { JsonValue } from "@flagwright/runtime";
import type { Doc } from "prettier";
import { builders } from "prettier/doc";
import { isArray, numberLiteral, stringLiteral, valueKey } from "../typescript/literal.ts";
import { isMatrix } from "./json-doc.ts";
import type { Layout } from "./layout.ts";

const { fill, group, ifBreak, indent, indentIfBreak, join, line, softline } = builders;

/** Keys shorter than this and a tab keep their value on the same line. The number is prettier's. */
const MIN_OVERLAP_FOR_BREAK = 3;

/** `key: value` as prettier lays out a member of an object literal. */
export function memberDoc(key: string, value: JsonValue, layout: Layout, language: "ts" | "js"): Doc {
  const doc = valueDoc(value, layout, language);
  const isShort = key.length < layout.tabWidth + MIN_OVERLAP_FOR_BREAK;
  if (isShort || typeof value === "boolean" || typeof value === "number") return group([key, ": ", doc]);
  if (typeof value === "string") return group([key, ":", group(indent([line, doc]))]);
  const id = Symbol("value");
  return group([key, ":", group(indent(line), { id }), indentIfBreak(doc, { groupId: id })]);
}

function valueDoc(value: JsonValue, layout: Layout, language: "ts" | "js"): Doc {
  if (typeof value === "string") return stringLiteral(value);
  if (typeof value === "number") return numberLiteral(value);
  if (typeof value !== "object" || value === null) return String(value);
  if (isArray(value)) return arrayDoc(value, layout, language);
  const members = Object.entries(value).map(([name, member]) =>
    memberDoc(valueKey(name, language), member, layout, language),
  );
  return objectDoc(members);
}

/** An object literal that is on one line where it fits. */
export function objectDoc(members: readonly Doc[]): Doc {
  if (members.length === 0) return "{}";
  return group(["{", indent([line, join([",", line], [...members])]), ifBreak(","), line, "}"]);
}

function arrayDoc(items: readonly JsonValue[], layout: Layout, language: "ts" | "js"): Doc {
  if (items.length === 0) return "[]";
  const printed = items.map((each) => valueDoc(each, layout, language));
  const numbers = items.length > 1 && items.every((item) => typeof item === "number");
  const body = numbers
    ? fill(printed.flatMap((each, at): Doc[] => (at === printed.length - 1 ? [each] : [[each, ","], line])))
    : join([",", line], printed);
  return group(["[", indent([softline, body]), ifBreak(","), softline, "]"], { shouldBreak: isMatrix(items) });
}

/** Whether a value has an array that prettier breaks even where it would fit. */
export function holdsMatrix(value: JsonValue): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (isArray(value)) return isMatrix(value) || value.some(holdsMatrix);
  return Object.values(value).some(holdsMatrix);
}
