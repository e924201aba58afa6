import { isExactArray, isExactObject, type Exact } from "../exact-json.ts";
import type { Formula } from "../formula/formula.ts";
import { escapePointer } from "./keywords.ts";
import { count, patternAtom } from "./scalar-keywords.ts";
import type { SchemaView } from "./schema-reader.ts";

export function readObjectKeywords(view: SchemaView): Formula[] {
  const { schema, store, child, at } = view;
  const parts: Formula[] = [];
  const least = count(schema.get("minProperties"));
  if (least !== undefined) parts.push(store.object({ kind: "minProperties", count: least }));
  const most = count(schema.get("maxProperties"));
  if (most !== undefined) parts.push(store.object({ kind: "maxProperties", count: most }));
  const required = schema.get("required");
  if (isExactArray(required)) parts.push(...requireAll(view, required));

  const properties = schema.get("properties");
  if (isExactObject(properties)) {
    for (const [name, value] of properties) parts.push(store.property(name, child(value, "properties", name)));
  }
  for (const { key, source, value } of patternKeys(view)) {
    parts.push(store.object({ kind: "allKeys", key, value: child(value, "patternProperties", source) }));
  }
  const additional = schema.get("additionalProperties");
  if (additional !== undefined) {
    const key = store.negate(declaredKeys(view));
    parts.push(store.object({ kind: "allKeys", key, value: child(additional, "additionalProperties") }));
  }
  const propertyNames = schema.get("propertyNames");
  if (propertyNames !== undefined) {
    const key = store.negate(child(propertyNames, "propertyNames"));
    parts.push(store.object({ kind: "allKeys", key, value: store.false }));
  }

  const modern = at.resource.dialect !== "draft-07";
  for (const keyword of modern ? ["dependencies", "dependentRequired", "dependentSchemas"] : ["dependencies"]) {
    const dependencies = schema.get(keyword);
    if (!isExactObject(dependencies)) continue;
    for (const [name, needed] of dependencies) {
      const absent = store.property(name, store.false);
      const consequence = isExactArray(needed) ? store.and(requireAll(view, needed)) : child(needed, keyword, name);
      parts.push(store.or([absent, consequence]));
    }
  }
  return parts;
}

/** The keys that `properties` and `patternProperties` of this very schema speak about. */
export function declaredKeys(view: SchemaView): Formula {
  const properties = view.schema.get("properties");
  const names = isExactObject(properties) ? properties.keys() : [];
  return view.store.or([view.store.stringIn(names), ...patternKeys(view).map(({ key }) => key)]);
}

function patternKeys(view: SchemaView): { readonly key: Formula; readonly source: string; readonly value: Exact }[] {
  const patterns = view.schema.get("patternProperties");
  if (!isExactObject(patterns)) return [];
  const path = `${view.at.pointer}/patternProperties/`;
  return [...patterns].map(([source, value]) => ({
    key: patternAtom(view.store, source, path + escapePointer(source)),
    source,
    value,
  }));
}

function requireAll(view: SchemaView, names: readonly unknown[]): Formula[] {
  return names.filter((name) => typeof name === "string").map((name) => view.store.required(name));
}
