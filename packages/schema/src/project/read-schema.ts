import type { JsonSchema } from "../definition/model.ts";
import { isJsonObject } from "../json/json-object.ts";
import type { Part } from "../source/part.ts";

const shorthands = ["boolean", "string", "number", "integer"] as const;

/** A JSON Schema, or the name of a type that stands for one. */
export function schemaFrom(part: Part, what: string): JsonSchema | undefined {
  if (typeof part.value === "boolean" || isJsonObject(part.value)) return part.value;
  if (typeof part.value === "string") {
    const type = part.oneOf(`${what}, as a shorthand,`, shorthands);
    return type && { type };
  }
  return part.error(
    "MEMBER_TYPE",
    `${what} must be a JSON Schema or one of ${shorthands.join(", ")}.`,
    "Write `boolean`, or a schema such as { type: string, maxLength: 80 }.",
  );
}
