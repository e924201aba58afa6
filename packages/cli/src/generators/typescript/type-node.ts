/** A TypeScript type as data. Everything in it is printed `readonly`. */
export type TypeNode =
  | { readonly kind: "keyword"; readonly name: Keyword }
  | { readonly kind: "literal"; readonly value: string | number | boolean }
  | { readonly kind: "object"; readonly members: readonly Member[]; readonly index?: TypeNode }
  | { readonly kind: "array"; readonly element: TypeNode }
  | { readonly kind: "tuple"; readonly elements: readonly TypeNode[]; readonly rest?: TypeNode }
  | { readonly kind: "union" | "intersection"; readonly types: readonly TypeNode[] }
  /** A named type. `id` is resolved to a name when the file is printed. */
  | { readonly kind: "reference"; readonly id: string };

export type Keyword = "string" | "number" | "boolean" | "null" | "unknown" | "never" | "undefined" | "Function";

export interface Member {
  readonly name: string;
  readonly optional: boolean;
  readonly type: TypeNode;
  /** Lines of JSDoc, not yet escaped. */
  readonly doc: readonly string[];
}

export function keyword(name: Keyword): TypeNode {
  return { kind: "keyword", name };
}

/** A union without repetitions and without what another member already covers. */
export function union(types: readonly TypeNode[]): TypeNode {
  const seen = new Map<string, TypeNode>();
  for (const type of types.flatMap((each) => (each.kind === "union" ? each.types : [each])))
    if (!isKeyword(type, "never")) seen.set(JSON.stringify(type), type);
  const members = [...seen.values()];
  if (members.some((each) => isKeyword(each, "unknown"))) return keyword("unknown");
  const kept = members.filter(
    (each) => each.kind !== "literal" || !members.some((other) => isKeyword(other, typeof each.value as Keyword)),
  );
  const [only] = kept;
  return only === undefined ? keyword("never") : kept.length === 1 ? only : { kind: "union", types: kept };
}

/** An intersection without repetitions and without what says nothing. */
export function intersection(types: readonly TypeNode[]): TypeNode {
  const seen = new Map<string, TypeNode>();
  for (const type of types.flatMap((each) => (each.kind === "intersection" ? each.types : [each])))
    if (!isKeyword(type, "unknown")) seen.set(JSON.stringify(type), type);
  const members = [...seen.values()];
  const [only] = members;
  return only === undefined
    ? keyword("unknown")
    : members.length === 1
      ? only
      : { kind: "intersection", types: members };
}

export function isKeyword(type: TypeNode, name: Keyword): boolean {
  return type.kind === "keyword" && type.name === name;
}
