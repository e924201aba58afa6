import type { JsonObject, JsonValue } from "@flagwright/runtime";

/**
 * RFC 7396: members of the patch replace those of the target, `null` removes, objects merge, all else replaces whole.
 * Members are defined, never assigned, so that one named `__proto__` is data like any other.
 */
export function mergePatch(target: JsonValue | undefined, patch: JsonValue): JsonValue {
  if (!isObject(patch)) return patch;
  const merged = new Map<string, JsonValue>(isObject(target) ? Object.entries(target) : []);
  for (const [name, value] of Object.entries(patch))
    if (value === null) merged.delete(name);
    else merged.set(name, mergePatch(merged.get(name), value));
  return Object.fromEntries(merged);
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
