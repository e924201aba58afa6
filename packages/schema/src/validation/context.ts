import type { JsonObject, JsonValue } from "@flagwright/runtime";
import type { ContextSchema, FlagDefinition, JsonSchema } from "../definition/model.ts";
import { isJsonObject, member } from "../json/json-object.ts";
import { suggestion } from "../json/nearest.ts";
import { checkAttribute } from "./condition.ts";
import { pointerTo } from "../json/pointer.ts";
import { below, problem, type StateProblem } from "./problem.ts";
import { attributeSchema } from "./surroundings.ts";
import { compileValueSchema } from "./value-schema.ts";

/**
 * What a context of attributes has that the project does not declare, what does not fit its declaration, and what the
 * flag requires and the context lacks. An attribute that the project declares and the flag does not read is fine.
 */
export function validateContext(
  given: JsonObject,
  definition: FlagDefinition,
  context: ContextSchema,
): readonly StateProblem[] {
  const asker = { surroundings: { context, definitions: new Map(), segments: new Map() } };
  const found = Object.entries(given).flatMap(([name, value]) => {
    const schema = attributeSchema(context, name);
    const at = pointerTo("", name);
    return schema === undefined ? checkAttribute(name, at, asker) : below(at, checkValue(name, value, schema));
  });
  const missing = definition.context.required.filter((name) => !Object.hasOwn(given, name));
  return [
    ...found,
    ...missing.map((name) =>
      problem(
        "",
        "CONTEXT_REQUIRED",
        `The context lacks ${JSON.stringify(name)}, which ${definition.key} requires.`,
        "Add it to the context, as the app does.",
      ),
    ),
  ];
}

function checkValue(name: string, value: JsonValue, schema: JsonSchema): readonly StateProblem[] {
  const judge = compileValueSchema(schema);
  if (!judge.ok) return [];
  return judge.validate(value, "CONTEXT_VALUE").map(({ pointer, code, message, help }) => {
    const words = `The context's ${JSON.stringify(name)} is not what the project declares. ${message}`;
    return problem(pointer, code, words, help ?? nearValue(value, schema) ?? "Change it, or its schema in `context`.");
  });
}

function nearValue(value: JsonValue, schema: JsonSchema): string | undefined {
  const values = isJsonObject(schema) ? member(schema, "enum") : undefined;
  if (typeof value !== "string" || !Array.isArray(values)) return undefined;
  return suggestion(
    value,
    values.filter((each): each is string => typeof each === "string"),
  );
}
