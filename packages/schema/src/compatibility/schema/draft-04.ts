import { isExactArray, isExactObject, type Exact } from "../exact-json.ts";
import { schemaKeywords } from "./keywords.ts";

const laterKeywords = new Set(["$id", "const", "contains", "propertyNames", "if", "then", "else"]);

export function isDraft04(schema: Exact): boolean {
  const uri = isExactObject(schema) ? schema.get("$schema") : undefined;
  return typeof uri === "string" && /^https?:\/\/json-schema\.org\/draft-04\/schema#?$/.test(uri);
}

/**
 * The same schema in draft-07: `id` is called `$id`, exclusive bounds are numbers, and keywords that draft-04 does not
 * know are left out.
 */
export function upgradeDraft04(schema: Exact): Exact {
  if (isExactArray(schema)) return schema.map(upgradeDraft04);
  if (!isExactObject(schema)) return schema;
  const upgraded = new Map<string, Exact>();
  for (const [keyword, value] of schema) {
    if (laterKeywords.has(keyword) || keyword === "exclusiveMinimum" || keyword === "exclusiveMaximum") continue;
    if (keyword === "$schema") upgraded.set(keyword, "http://json-schema.org/draft-07/schema#");
    else if (keyword === "id" && typeof value === "string") upgraded.set("$id", value);
    else if (keyword === "minimum" || keyword === "maximum") upgraded.set(boundKeyword(schema, keyword), value);
    else if (schemaKeywords.map.has(keyword) && isExactObject(value)) {
      upgraded.set(keyword, new Map([...value].map(([name, member]) => [name, upgradeDraft04(member)])));
    } else if (schemaKeywords.single.has(keyword) || schemaKeywords.list.has(keyword)) {
      upgraded.set(keyword, upgradeDraft04(value));
    } else upgraded.set(keyword, value);
  }
  return upgraded;
}

function boundKeyword(schema: ReadonlyMap<string, Exact>, keyword: "minimum" | "maximum"): string {
  const exclusive = keyword === "minimum" ? "exclusiveMinimum" : "exclusiveMaximum";
  return schema.get(exclusive) === true ? exclusive : keyword;
}
