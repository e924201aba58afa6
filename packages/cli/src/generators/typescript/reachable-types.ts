import type { FlagModel, NamedType, ProjectModel } from "./project-model.ts";
import type { TypeNode } from "./type-node.ts";

/** The named types that these flags show, in the order of their names. */
export function reachableTypes(
  model: ProjectModel,
  flags: readonly FlagModel[],
  { contexts }: { readonly contexts: boolean },
): readonly NamedType[] {
  const reached = new Map<string, NamedType>();
  // Flags that read the same share the members of their contexts.
  const seen = new Set<TypeNode>();
  const visit = (type: TypeNode): void => {
    if (seen.has(type)) return;
    seen.add(type);
    switch (type.kind) {
      case "reference": {
        const named = model.types.get(type.id);
        if (named === undefined) return;
        reached.set(type.id, named);
        return visit(named.type);
      }
      case "array":
        return visit(type.element);
      case "tuple":
        type.elements.forEach(visit);
        return type.rest && visit(type.rest);
      case "union":
      case "intersection":
        return type.types.forEach(visit);
      case "object":
        for (const member of type.members) visit(member.type);
        return type.index && visit(type.index);
      default:
        return;
    }
  };
  for (const { value, context } of flags) {
    visit(value);
    if (contexts) for (const { type } of context) visit(type);
  }
  const nameOf = (id: string): string => model.typeNames.get(id) ?? id;
  return [...reached.values()].sort((a, b) => (nameOf(a.id) < nameOf(b.id) ? -1 : 1));
}
