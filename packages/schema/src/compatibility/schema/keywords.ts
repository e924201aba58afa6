/** Where a schema holds other schemas, in any of the dialects. */
export const schemaKeywords: {
  readonly single: ReadonlySet<string>;
  readonly list: ReadonlySet<string>;
  readonly map: ReadonlySet<string>;
} = {
  single: new Set([
    "additionalItems",
    "additionalProperties",
    "contains",
    "contentSchema",
    "else",
    "if",
    "items",
    "not",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
  ]),
  list: new Set(["allOf", "anyOf", "items", "oneOf", "prefixItems"]),
  map: new Set(["$defs", "definitions", "dependencies", "dependentSchemas", "patternProperties", "properties"]),
};

/** The schemas directly inside a schema: JSON Pointer below it, and the schema. `V` is any tree of JSON. */
export function* subschemas<V>(entries: Iterable<readonly [string, V]>, tree: TreeOf<V>): Iterable<[string, V]> {
  for (const [keyword, value] of entries) {
    const items = tree.items(value);
    if (items !== undefined) {
      if (!schemaKeywords.list.has(keyword)) continue;
      for (const [index, item] of items.entries()) yield [`/${keyword}/${index}`, item];
    } else if (schemaKeywords.single.has(keyword)) {
      yield [`/${keyword}`, value];
    } else if (schemaKeywords.map.has(keyword)) {
      for (const [name, member] of tree.members(value) ?? []) {
        if (tree.items(member) === undefined) yield [`/${keyword}/${escapePointer(name)}`, member];
      }
    }
  }
}

interface TreeOf<V> {
  items(value: V): readonly V[] | undefined;
  members(value: V): Iterable<readonly [string, V]> | undefined;
}

export function escapePointer(token: string): string {
  return token.replaceAll("~", "~0").replaceAll("/", "~1");
}

export function unescapePointer(token: string): string {
  return token.replaceAll("~1", "/").replaceAll("~0", "~");
}
