import { commentLines } from "../typescript/comment.ts";
import { typeKey } from "../typescript/literal.ts";
import { printType, type NameOf } from "../typescript/print-type.ts";
import type { Member, TypeNode } from "../typescript/type-node.ts";
import { fits, hasPlainWidth, type Layout } from "./layout.ts";

/**
 * `head`, a type and `tail` as prettier lays them out, or `undefined` for what only prettier knows: objects inside
 * unions, and whatever must be broken in the middle.
 */
export function layOutType(
  head: string,
  type: TypeNode,
  tail: string,
  indent: string,
  layout: Layout,
  nameOf: NameOf,
): readonly string[] | undefined {
  if (type.kind === "object" && (type.members.length > 0 || type.index !== undefined)) {
    const body = layOutMembers(type, indent, layout, nameOf);
    return body === undefined ? undefined : [`${indent}${head}{`, ...body, `${indent}}${tail}`];
  }
  if (holdsObject(type)) return undefined;
  const line = `${indent}${head}${printType(type, nameOf)}${tail}`;
  if (fits(line, layout)) return [line];
  if (!hasPlainWidth(line) || type.kind !== "union" || !type.types.every(isShort)) return undefined;
  const inner = indent + " ".repeat(layout.tabWidth);
  const next = `${inner}${printType(type, nameOf)}${tail}`;
  const lines = fits(next, layout) ? [next] : type.types.map((each) => `${inner}| ${printType(each, nameOf)}`);
  if (!fits(next, layout)) lines.push(`${lines.pop() ?? ""}${tail}`);
  return [`${indent}${head.trimEnd()}`, ...lines];
}

/** What has no place to be broken at. A union with `null` and a reference is laid out by other rules. */
function isShort({ kind }: TypeNode): boolean {
  return kind === "literal" || kind === "keyword";
}

/** The members of an object type, each on lines of its own. */
export function layOutMembers(
  { members, index }: { readonly members: readonly Member[]; readonly index?: TypeNode },
  indent: string,
  layout: Layout,
  nameOf: NameOf,
): readonly string[] | undefined {
  const inner = indent + " ".repeat(layout.tabWidth);
  const lines: string[] = [];
  for (const { name, optional, type, doc } of members) {
    const member = layOutType(`readonly ${typeKey(name)}${optional ? "?" : ""}: `, type, ";", inner, layout, nameOf);
    if (member === undefined) return undefined;
    lines.push(...commentLines(doc).map((line) => inner + line), ...member);
  }
  if (index !== undefined) {
    const member = layOutType("readonly [key: string]: ", index, ";", inner, layout, nameOf);
    if (member === undefined) return undefined;
    lines.push(...member);
  }
  return lines;
}

function holdsObject(type: TypeNode): boolean {
  switch (type.kind) {
    case "object":
      return type.members.length > 0 || type.index !== undefined;
    case "array":
      return holdsObject(type.element);
    case "tuple":
      return type.elements.some(holdsObject) || (type.rest !== undefined && holdsObject(type.rest));
    case "union":
    case "intersection":
      return type.types.some(holdsObject);
    default:
      return false;
  }
}
