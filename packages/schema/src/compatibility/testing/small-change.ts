import fc from "fast-check";
import type { JsonObject, JsonValue } from "@flagwright/runtime";
import type { JsonSchema } from "../../definition/model.ts";
import { subschemas } from "../schema/keywords.ts";
import { jsonSchema, plainSchema } from "./schema-arbitrary.ts";

const tree = {
  items: (value: JsonValue): readonly JsonValue[] | undefined => (Array.isArray(value) ? value : undefined),
  members: (value: JsonValue): Iterable<readonly [string, JsonValue]> | undefined =>
    typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : undefined,
};

/** A schema and the same with one small thing changed somewhere inside: where wrong verdicts hide. */
export const smallChange: fc.Arbitrary<readonly [JsonSchema, JsonSchema]> = fc
  .tuple(jsonSchema, plainSchema, fc.nat(), fc.nat(), fc.constantFrom("drop", "add", "shift", "shorten"))
  .map(([schema, fragment, place, choice, how]) => {
    const changed = structuredClone(schema);
    const places = schemasIn(changed);
    const here = places[place % Math.max(places.length, 1)];
    if (here === undefined) return [schema, changed];
    const keywords = Object.keys(here).filter((keyword) => !keyword.startsWith("$"));
    const keyword = keywords[choice % Math.max(keywords.length, 1)];
    const value = keyword === undefined ? undefined : here[keyword];
    if (keyword !== undefined && how === "drop") delete here[keyword];
    else if (keyword !== undefined && how === "shift" && typeof value === "number" && keyword !== "const") {
      here[keyword] = value + 1;
    } else if (keyword !== undefined && how === "shorten" && Array.isArray(value) && value.length > 1) {
      here[keyword] = value.slice(1);
    } else if (typeof fragment === "object") Object.assign(here, fragment);
    return [schema, changed];
  });

function schemasIn(value: JsonValue): Record<string, JsonValue>[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  const inner = [...subschemas<JsonValue>(Object.entries(value as JsonObject), tree)];
  return [value as Record<string, JsonValue>, ...inner.flatMap(([, schema]) => schemasIn(schema))];
}
