import { wireKey } from "@flagwright/schema/definitions";
import type { Generator } from "../generator.ts";
import { jsonTarget } from "./json-target.ts";

/** Every value schema of a project in one file, for tools that read JSON Schema. */
export const schemaBundle: Generator = jsonTarget(
  "The JSON Schemas of all flag values, and of the context, in one file.",
  ({ project, context }, definitions, client) => ({
    format: 1,
    project,
    ...(client ? {} : { context: context.attributes }),
    flags: Object.fromEntries(
      definitions.map((definition) => [
        wireKey(definition),
        {
          type: definition.type,
          schemaHash: definition.schemaHash,
          schema: definition.value,
          default: definition.default,
        },
      ]),
    ),
  }),
);
