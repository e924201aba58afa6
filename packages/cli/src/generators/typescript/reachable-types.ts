import type { FlagModel, NamedType, ProjectModel } from "./project-model.ts";
import type { TypeNode } from "./type-node.ts";

/** The named types that these flags show, in the order of their names. */
export function reachableTypes(
  model: ProjectModel,
  flags: readonly FlagModel[],
  { contexts }: { readonly contexts: boolean },
): readonly NamedType[] {
  const reached = new Map<string, NamedType>();
  const visit = (type: TypeNode): void => {
    for (const id of references(type)) {
      const named = model.types.get(id);
      if (named === undefined || reached.has(id)) continue;
      reached.set(id, named);
      visit(named.type);
    }
  };
  for (const { value, context } of flags) {
    visit(value);
    if (contexts) for (const { type } of context) visit(type);
  }
  const nameOf = (id: string): string => model.typeNames.get(id) ?? id;
  return [...reached.values()].sort((a, b) => (nameOf(a.id) < nameOf(b.id) ? -1 : 1));
}

/** The ids of the named types that a type mentions. */
export function references(type: TypeNode): readonly string[] {
  switch (type.kind) {
    case "reference":
      return [type.id];
    case "array":
      return references(type.element);
    case "tuple":
      return [...type.elements, ...(type.rest === undefined ? [] : [type.rest])].flatMap(references);
    case "union":
    case "intersection":
      return type.types.flatMap(references);
    case "object":
      return [...type.members.map((member) => member.type), ...(type.index === undefined ? [] : [type.index])].flatMap(
        references,
      );
    default:
      return [];
  }
}
