import { keyword, type TypeNode } from "./type-node.ts";

/**
 * The same types, without aliases that lead back to themselves with nothing in between, as `A = A | B`: a schema may
 * say so (and says nothing by it), TypeScript may not. Through an object, an array or a tuple a type may be recursive.
 */
export function breakCycles(types: ReadonlyMap<string, TypeNode>): ReadonlyMap<string, TypeNode> {
  const circular = new Set([...types.keys()].filter((id) => reaches(id, id, types, new Set())));
  if (circular.size === 0) return types;
  return new Map([...types].map(([id, type]) => [id, circular.has(id) ? keyword("unknown") : type]));
}

function reaches(from: string, to: string, types: ReadonlyMap<string, TypeNode>, seen: Set<string>): boolean {
  const type = types.get(from);
  return (
    type !== undefined &&
    bare(type).some((id) => {
      if (id === to) return true;
      if (seen.has(id)) return false;
      seen.add(id);
      return reaches(id, to, types, seen);
    })
  );
}

/** The named types that a type is made of with nothing in between. */
function bare(type: TypeNode): readonly string[] {
  if (type.kind === "reference") return [type.id];
  return type.kind === "union" || type.kind === "intersection" ? type.types.flatMap(bare) : [];
}
