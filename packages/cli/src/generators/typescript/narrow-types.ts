import { intersection, isKeyword, keyword, union, type Member, type TypeNode } from "./type-node.ts";

/** The kinds of JSON values. */
const KINDS = ["boolean", "number", "string", "null", "array", "object"] as const;
type Kind = (typeof KINDS)[number];

/**
 * The same types with intersections that are easy to read. A schema often says what a value is in one place and what
 * it has in another; its parts are put together here, so that `(string | { b? }) & { a }` is `{ a, b? }`.
 */
export function narrowTypes(types: ReadonlyMap<string, TypeNode>): ReadonlyMap<string, TypeNode> {
  const narrow = new Narrowing(types);
  return new Map([...types].map(([id, type]) => [id, holdsIntersection(type) ? narrow.type(type) : type]));
}

/** Few types do, and the others stay the very same. */
function holdsIntersection(type: TypeNode): boolean {
  switch (type.kind) {
    case "intersection":
      return true;
    case "union":
      return type.types.some(holdsIntersection);
    case "array":
      return holdsIntersection(type.element);
    case "tuple":
      return type.elements.some(holdsIntersection) || (type.rest !== undefined && holdsIntersection(type.rest));
    case "object":
      return (
        type.members.some((member) => holdsIntersection(member.type)) ||
        (type.index !== undefined && holdsIntersection(type.index))
      );
    default:
      return false;
  }
}

class Narrowing {
  readonly #types: ReadonlyMap<string, TypeNode>;

  constructor(types: ReadonlyMap<string, TypeNode>) {
    this.#types = types;
  }

  type(type: TypeNode): TypeNode {
    switch (type.kind) {
      case "array":
        return { kind: "array", element: this.type(type.element) };
      case "tuple":
        return {
          ...type,
          elements: type.elements.map((each) => this.type(each)),
          ...(type.rest === undefined ? {} : { rest: this.type(type.rest) }),
        };
      case "object": {
        const members = type.members.map((member) => ({ ...member, type: this.type(member.type) }));
        if (type.index === undefined) return { kind: "object", members };
        // The compiler does not always see that an intersection is assignable to a union that holds the very same one.
        const isHidden = members.some((member) => holdsIntersection(member.type));
        return { kind: "object", members, index: isHidden ? keyword("unknown") : this.type(type.index) };
      }
      case "union":
        return union(type.types.map((each) => this.type(each)));
      case "intersection":
        return this.#both(type.types.map((each) => this.type(each)));
      default:
        return type;
    }
  }

  /** What all of these types allow. */
  #both(types: readonly TypeNode[]): TypeNode {
    const allowed = types.map((type) => this.#kinds(type, new Set())).reduce(common);
    const parts = types.map((type) =>
      type.kind === "union"
        ? union(type.types.filter((each) => common(this.#kinds(each, new Set()), allowed).size > 0))
        : type,
    );
    if (allowed.size === 0 || parts.some((part) => isKeyword(part, "never"))) return keyword("never");
    const merged: TypeNode[] = [];
    for (const part of parts) {
      const at = merged.findIndex((each) => isMergeable(each) && isMergeable(part));
      const other = merged[at];
      if (other?.kind === "object" && part.kind === "object") merged[at] = this.#merged(other, part);
      else merged.push(part);
    }
    return merged.some((part) => isKeyword(part, "never")) ? keyword("never") : intersection(merged);
  }

  #merged(a: ObjectType, b: ObjectType): TypeNode {
    const others = new Map(b.members.map((member) => [member.name, member]));
    const names = new Set(a.members.map(({ name }) => name));
    const shared = a.members.flatMap((member): readonly Member[] => {
      const other = others.get(member.name);
      return other === undefined ? [] : [this.#mergedMember(member, other)];
    });
    // A member that the other object does not have can be there only if that one is open.
    const alone = [
      ...(b.index === undefined ? [] : a.members.filter(({ name }) => !others.has(name))),
      ...(a.index === undefined ? [] : b.members.filter(({ name }) => !names.has(name))),
    ];
    const kept = new Set([...shared, ...alone].map(({ name }) => name));
    if ([...a.members, ...b.members].some(({ name, optional }) => !optional && !kept.has(name)))
      return keyword("never");
    const order = [...a.members, ...b.members].map(({ name }) => name);
    const members = [...shared, ...alone].sort((x, y) => order.indexOf(x.name) - order.indexOf(y.name));
    const index = a.index !== undefined && b.index !== undefined ? keyword("unknown") : undefined;
    if (members.length === 0 && index === undefined) return { kind: "object", members, index: keyword("never") };
    return { kind: "object", members, ...(index === undefined ? {} : { index }) };
  }

  #mergedMember(a: Member, b: Member): Member {
    return {
      name: a.name,
      optional: a.optional && b.optional,
      type: this.#both([a.type, b.type]),
      doc: [...a.doc, ...b.doc.filter((line) => !a.doc.includes(line))],
    };
  }

  #kinds(type: TypeNode, seen: ReadonlySet<string>): ReadonlySet<Kind> {
    switch (type.kind) {
      case "keyword":
        if (type.name === "unknown" || type.name === "Function") return new Set(KINDS);
        return new Set(KINDS.filter((kind) => kind === type.name));
      case "literal":
        return new Set([typeof type.value as Kind]);
      case "array":
      case "tuple":
        return new Set(["array"]);
      case "object":
        return new Set(["object"]);
      case "union":
        return new Set(type.types.flatMap((each) => [...this.#kinds(each, seen)]));
      case "intersection":
        return type.types.map((each) => this.#kinds(each, seen)).reduce(common);
      case "reference": {
        const target = seen.has(type.id) ? undefined : this.#types.get(type.id);
        return target === undefined ? new Set(KINDS) : this.#kinds(target, new Set([...seen, type.id]));
      }
    }
  }
}

function common(a: ReadonlySet<Kind>, b: ReadonlySet<Kind>): ReadonlySet<Kind> {
  return new Set([...a].filter((kind) => b.has(kind)));
}

type ObjectType = Extract<TypeNode, { readonly kind: "object" }>;

/** An index of its own kind also covers the members beside it: such objects stay apart. */
function isMergeable(type: TypeNode): boolean {
  return type.kind === "object" && (type.index === undefined || isKeyword(type.index, "unknown"));
}
