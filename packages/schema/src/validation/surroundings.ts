import type { Condition, JsonObject } from "@flagwright/runtime";
import type { ContextSchema, FlagDefinition, JsonSchema } from "../definition/model.ts";
import { isJsonObject, member } from "../json/json-object.ts";

/** What a state may refer to. Maps, so that checking ten thousand states looks nothing up twice. */
export interface Surroundings {
  readonly context: ContextSchema;
  /** By wire key. */
  readonly definitions: ReadonlyMap<string, FlagDefinition>;
  /** By key; without `when` where the contents are not known. */
  readonly segments: ReadonlyMap<string, { readonly when?: Condition }>;
}

/** The schema of an attribute: `undefined` when the context has none of that name, `true` when it says nothing. */
export function attributeSchema(context: ContextSchema, attribute: string | readonly string[]): JsonSchema | undefined {
  const [first = "", ...path] = typeof attribute === "string" ? [attribute] : attribute;
  let schema = own(context.attributes, first) ?? (first === "targetingKey" ? { type: "string" } : undefined);
  for (const name of path) {
    if (!isJsonObject(schema)) return schema;
    const properties = member(schema, "properties");
    const inside = isJsonObject(properties) ? member(properties, name) : undefined;
    if (inside === undefined) return member(schema, "additionalProperties") === false ? undefined : true;
    schema = inside as JsonSchema;
  }
  return schema;
}

/** The name of the attribute itself, without the path into it. */
export function attributeName(attribute: string | readonly string[]): string {
  return typeof attribute === "string" ? attribute : (attribute[0] ?? "");
}

export function allowedAttributes({ context }: FlagDefinition): ReadonlySet<string> {
  return new Set([...context.required, ...context.optional]);
}

function own(attributes: { readonly [name: string]: JsonSchema }, name: string): JsonSchema | undefined {
  return member(attributes as JsonObject, name) as JsonSchema | undefined;
}
