import { isExactArray, type Exact } from "../exact-json.ts";
import type { Formula } from "../formula/formula.ts";
import { count } from "./scalar-keywords.ts";
import type { SchemaView } from "./schema-reader.ts";

export function readArrayKeywords(view: SchemaView): Formula[] {
  const { schema, store, child, at } = view;
  const { dialect } = at.resource;
  const parts: Formula[] = [];
  const minItems = count(schema.get("minItems"));
  if (minItems !== undefined) parts.push(store.array({ kind: "minItems", count: minItems }));
  const maxItems = count(schema.get("maxItems"));
  if (maxItems !== undefined) parts.push(store.array({ kind: "maxItems", count: maxItems }));
  if (schema.get("uniqueItems") === true) parts.push(store.array({ kind: "unique" }));

  const { prefix, prefixKeyword, rest, restKeyword } = itemKeywords(view);
  prefix.forEach((item, index) =>
    parts.push(store.array({ kind: "itemAt", index, item: child(item, prefixKeyword, index) })),
  );
  if (rest !== undefined) {
    parts.push(store.array({ kind: "itemsFrom", index: prefix.length, item: child(rest, restKeyword) }));
  }

  const contains = schema.get("contains");
  if (contains !== undefined) {
    const item = child(contains, "contains");
    const counted = dialect !== "draft-07";
    const least = (counted ? count(schema.get("minContains")) : undefined) ?? 1;
    const most = (counted ? count(schema.get("maxContains")) : undefined) ?? Infinity;
    parts.push(store.array({ kind: "containsAtLeast", count: least, item }));
    parts.push(store.array({ kind: "containsAtMost", count: most, item }));
  }
  return parts;
}

/** `prefixItems` and `items` of 2020-12 were called `items` and `additionalItems` before. */
export function itemKeywords(view: SchemaView): {
  readonly prefix: readonly Exact[];
  readonly prefixKeyword: string;
  readonly rest: Exact | undefined;
  readonly restKeyword: string;
} {
  const { schema, at } = view;
  const items = schema.get("items");
  if (at.resource.dialect === "2020-12") {
    const prefix = schema.get("prefixItems");
    return {
      prefix: isExactArray(prefix) ? prefix : [],
      prefixKeyword: "prefixItems",
      rest: items,
      restKeyword: "items",
    };
  }
  if (!isExactArray(items)) return { prefix: [], prefixKeyword: "items", rest: items, restKeyword: "items" };
  return { prefix: items, prefixKeyword: "items", rest: schema.get("additionalItems"), restKeyword: "additionalItems" };
}
