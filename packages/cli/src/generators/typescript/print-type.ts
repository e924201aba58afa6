import { commentLines } from "./comment.ts";
import { stringLiteral, numberLiteral, typeKey } from "./literal.ts";
import type { Member, TypeNode } from "./type-node.ts";

/** The name of a named type in the file at hand. */
export type NameOf = (id: string) => string;

/** A type as text, deep `readonly`, on as few lines as its comments allow; prettier's layout is another step. */
export function printType(type: TypeNode, nameOf: NameOf): string {
  const print = (each: TypeNode): string => printType(each, nameOf);
  switch (type.kind) {
    case "keyword":
      return type.name;
    case "literal":
      if (typeof type.value === "string") return stringLiteral(type.value);
      return typeof type.value === "number" ? numberLiteral(type.value) : String(type.value);
    case "reference":
      return nameOf(type.id);
    case "array":
      return `readonly ${parenthesized(type.element, print)}[]`;
    case "tuple": {
      const rest = type.rest === undefined ? [] : [`...${parenthesized(type.rest, print)}[]`];
      return `readonly [${[...type.elements.map(print), ...rest].join(", ")}]`;
    }
    case "union":
      return type.types.map(print).join(" | ");
    case "intersection":
      return type.types.map((each) => (each.kind === "union" ? `(${print(each)})` : print(each))).join(" & ");
    case "object":
      return type.members.length === 0 && type.index === undefined ? "{}" : printObject(type, nameOf);
  }
}

/** The members of an object type in braces, each on its own line. */
export function printObject(
  type: { readonly members: readonly Member[]; readonly index?: TypeNode },
  nameOf: NameOf,
): string {
  const members = type.members.map(
    ({ name, optional, type: each, doc }) =>
      `${commentLines(doc)
        .map((line) => `${line}\n`)
        .join("")}readonly ${typeKey(name)}${optional ? "?" : ""}: ${printType(each, nameOf)};\n`,
  );
  const index = type.index === undefined ? "" : `readonly [key: string]: ${printType(type.index, nameOf)};\n`;
  return `{\n${members.join("")}${index}}`;
}

function parenthesized(type: TypeNode, print: (type: TypeNode) => string): string {
  const text = print(type);
  return ["union", "intersection", "array", "tuple"].includes(type.kind) ? `(${text})` : text;
}
