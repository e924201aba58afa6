import type { FlagDefinition } from "@flagwright/schema";
import { wireKey } from "@flagwright/schema/definitions";
import type { Generator } from "../generator.ts";
import { jsonTarget } from "./json-target.ts";

/** OpenFeature's flag manifest (`flagType`, `defaultValue`, `description`), from which its CLI generates other languages. */
export const openfeatureManifest: Generator = jsonTarget(
  "A manifest for the OpenFeature CLI, which generates clients in other languages from it.",
  (_, definitions) => ({
    flags: Object.fromEntries(
      definitions.map((definition) => [
        wireKey(definition),
        {
          flagType: flagType(definition),
          defaultValue: definition.default,
          ...(definition.description === undefined ? {} : { description: definition.description }),
        },
      ]),
    ),
  }),
);

/** The manifest has five types; an array, and a flag that mixes types, is an `object`, which there means any JSON. */
function flagType({ type }: FlagDefinition): "boolean" | "string" | "integer" | "float" | "object" {
  if (type === "boolean" || type === "string" || type === "integer") return type;
  return type === "number" ? "float" : "object";
}
