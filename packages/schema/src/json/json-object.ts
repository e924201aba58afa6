import type { JsonObject, JsonValue } from "@flagwright/runtime";

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A member of the object's own: `__proto__` and `constructor` are names like any other. */
export function member(object: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** An object from its members. A plain assignment to `__proto__` would set the prototype and lose the member. */
export function jsonObject(members: Iterable<readonly [string, JsonValue]>): JsonObject {
  return Object.fromEntries(members);
}
