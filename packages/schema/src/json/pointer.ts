import type { JsonValue } from "@flagwright/runtime";

/** A JSON pointer (RFC 6901) to a member or an item of what `pointer` names. */
export function pointerTo(pointer: string, name: string | number): string {
  return `${pointer}/${String(name).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** The names along a JSON pointer: `/a~1b/0` → `["a/b", "0"]`. */
export function pointerNames(pointer: string): readonly string[] {
  if (pointer === "") return [];
  return pointer
    .slice(1)
    .split("/")
    .map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** What a JSON pointer names, or `undefined` when it leads nowhere. */
export function resolvePointer(value: JsonValue | undefined, pointer: string): JsonValue | undefined {
  return pointerNames(pointer).reduce<JsonValue | undefined>((at, name) => childOf(at, name), value);
}

function childOf(value: JsonValue | undefined, name: string): JsonValue | undefined {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as { readonly [name: string]: JsonValue })[name];
}
