import type { JsonValue } from "@flagwright/runtime";
import { pointerTo } from "../json/pointer.ts";
import type { Part } from "../source/part.ts";

/** `variants:` of a flag or a state: name → value, in the order written. */
export function readVariants(
  part: Part,
  canonical = "/variants",
): readonly (readonly [name: string, value: JsonValue])[] {
  part.object("The list of variants");
  return part.children().map(([name, value], index) => {
    part.reader.origin(pointerTo(canonical, index), value.pointer);
    part.reader.origin(`${pointerTo(canonical, index)}/0`, value.pointer, "key");
    part.reader.origin(`${pointerTo(canonical, index)}/1`, value.pointer);
    return [name, value.value] as const;
  });
}
