import { expect, test } from "vitest";
import { narrowTypes } from "./narrow-types.ts";
import { printType } from "./print-type.ts";
import { keyword, type Member, type TypeNode } from "./type-node.ts";

const [string, number, unknown] = [keyword("string"), keyword("number"), keyword("unknown")];
const member = (name: string, type: TypeNode = string): Member => ({
  name: name.replace("?", ""),
  optional: name.endsWith("?"),
  type,
  doc: [],
});
const closed = (...members: readonly Member[]): TypeNode => ({ kind: "object", members });
const open = (...members: readonly Member[]): TypeNode => ({ kind: "object", members, index: unknown });
const both = (...types: readonly TypeNode[]): TypeNode => ({ kind: "intersection", types });
const either = (...types: readonly TypeNode[]): TypeNode => ({ kind: "union", types });
const reference = (id: string): TypeNode => ({ kind: "reference", id });

const cases: readonly (readonly [what: string, type: TypeNode, shown: string])[] = [
  ["two open objects are one", both(open(member("a")), open(member("b?"))), "{ a: string; b?: string; [k]: unknown }"],
  [
    "a closed object keeps others' members out",
    both(closed(member("a")), closed(member("a?"), member("b?"))),
    "{ a: string }",
  ],
  ["a member that one requires and the other excludes", both(closed(member("a?")), open(member("b"))), "never"],
  [
    "of two that share nothing and are closed, the empty object is left",
    both(closed(member("a?")), closed(member("b?"))),
    "{ [k]: never }",
  ],
  [
    "what cannot be both is left out",
    both(either(string, open(member("b?"))), open(member("a"))),
    "{ b?: string; a: string; [k]: unknown }",
  ],
  [
    "members of one name allow what both allow",
    both(closed(member("a", either(string, number))), closed(member("a", number))),
    "{ a: number }",
  ],
  [
    "a named object tells what kind is meant",
    both(either(keyword("null"), open(member("b?"))), reference("named")),
    "{ b?: string; [k]: unknown } & Named",
  ],
  [
    "a name that leads to itself may be anything",
    both(either(string, number), reference("loop")),
    "(string | number) & Loop",
  ],
  ["nothing is both a string and a number", both(string, number), "never"],
  [
    "an index of a type of its own is left as it is",
    both({ kind: "object", members: [], index: number }, open(member("a"))),
    "{ [k]: number } & { a: string; [k]: unknown }",
  ],
];

test.each(cases)("%s", (_, type, shown) => {
  const types = new Map([
    ["it", type],
    ["named", open(member("n"))],
    ["loop", reference("loop")],
  ]);
  const text = printType(narrowTypes(types).get("it") ?? type, (id) => id.charAt(0).toUpperCase() + id.slice(1));
  const plain = text
    .replaceAll("readonly ", "")
    .replaceAll("[key: string]", "[k]")
    .replaceAll(/;?\n\}/g, " }");
  expect(plain.replaceAll("{\n", "{ ").replaceAll(";\n", "; ")).toBe(shown);
});
