import { type AttributeValue, plain } from "../attribute.ts";
import type { EvaluationContext } from "../details.ts";
import { Unreadable } from "../unreadable.ts";

/** A reader of one attribute, by name or by path: `undefined` when it is missing, or nothing that JSON could carry. */
export function attributeReader(attribute: string | readonly string[]): (context: EvaluationContext) => AttributeValue {
  const path = [attribute].flat();
  if (path.length === 0) throw new Unreadable("No attribute is named.");
  return (context) => {
    let value: unknown = context;
    for (const [step, name] of path.entries()) {
      if (step > 0 && (typeof value !== "object" || value === null || Array.isArray(value))) return undefined;
      // What every object inherits is no attribute.
      value =
        name in Object.prototype && !Object.hasOwn(value as object, name)
          ? undefined
          : (value as EvaluationContext)[name];
    }
    return plain(value);
  };
}
