import type { JsonValue } from "@flagwright/runtime";
import { sameJson } from "./canonical-json.ts";
import { isJsonObject, member } from "./json-object.ts";
import { pointerTo } from "./pointer.ts";

/** The smallest part of the current value that holds everything in which it differs from the previous one. */
export function differencePointer(previous: JsonValue, current: JsonValue, pointer = ""): string {
  if (!isJsonObject(previous) || !isJsonObject(current)) return pointer;
  const names = new Set([...Object.keys(previous), ...Object.keys(current)]);
  const changed = [...names].filter((name) => {
    const [before, after] = [member(previous, name), member(current, name)];
    return before === undefined || after === undefined || !sameJson(before, after);
  });
  const [name] = changed;
  if (changed.length !== 1 || name === undefined) return pointer;
  const [before, after] = [member(previous, name), member(current, name)];
  if (after === undefined) return pointer;
  const at = pointerTo(pointer, name);
  return before === undefined ? at : differencePointer(before, after, at);
}
