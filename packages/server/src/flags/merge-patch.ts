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

/**
 * A merge patch of a flag's state. `otherwise` is one of `variant`, `default` and `split`: a patch that names one of
 * them means it instead of the one that stands, which would otherwise have to be removed by hand.
 */
export function mergeState(state: JsonObject, patch: JsonObject): JsonValue {
  const merged = mergePatch(state, patch);
  const named = patch["otherwise"];
  if (!isObject(merged) || !isObject(named) || Object.values(named).every((value) => value === null)) return merged;
  const otherwise = Object.entries(merged["otherwise"] ?? {}).filter(([name]) => Object.hasOwn(named, name));
  return { ...merged, otherwise: Object.fromEntries(otherwise) };
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
