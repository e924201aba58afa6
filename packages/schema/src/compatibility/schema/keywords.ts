import * as current from "../../definition/schema-keywords.ts";

/** Where a schema holds other schemas, in any of the dialects: in the current one, and in what older ones had besides. */
export const schemaKeywords: {
  readonly single: ReadonlySet<string>;
  readonly list: ReadonlySet<string>;
  readonly map: ReadonlySet<string>;
} = {
  single: new Set([...current.schemaKeywords, "additionalItems"]),
  list: new Set([...current.schemaListKeywords, "items"]),
  map: new Set([...current.schemaMapKeywords, "dependencies"]),
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
