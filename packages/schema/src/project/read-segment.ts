import type { ContextSchema } from "../definition/model.ts";
import { isKey } from "../definition/identity.ts";
import type { Part } from "../source/part.ts";
import type { LocatedSegment } from "./model.ts";
import { readCondition } from "./read-condition.ts";

/** What a segment without `when` asks: nobody but those it includes. */
const nobody = { any: [] } as const;

/** A segment file in canonical form. */
export function readSegment(root: Part, context: ContextSchema): LocatedSegment | undefined {
  const members = ["$schema", "segment", "description", "include", "exclude", "when"];
  if (root.object("A segment", members) === undefined) return undefined;
  const part = root.child("segment");
  if (part === undefined)
    return root.error(
      "MEMBER_REQUIRED",
      "The segment has no key.",
      "Write `segment: internal-staff`, with your own key.",
    );
  const key = part.text("The segment's key");
  if (key !== undefined && !isKey(key))
    return part.error(
      "KEY_FORMAT",
      `The segment's key ${JSON.stringify(key)} is not a key.`,
      "Use lower-case words joined by - or .: internal-staff.",
    );
  root.child("description")?.text("The description");
  const include = root.child("include")?.texts("The list of included keys") ?? [];
  const exclude = root.child("exclude")?.texts("The list of excluded keys") ?? [];
  const written = root.child("when");
  const when = written === undefined ? nobody : readCondition(written, "/when", context);
  if (written === undefined && include.length === 0)
    root.error(
      "CONDITION_EMPTY",
      "The segment holds nobody.",
      "Add `when:` with a condition, or `include:` with targeting keys.",
    );
  root.reader.origin("/key", "/segment");
  return key === undefined || when === undefined ? undefined : root.reader.located({ key, include, exclude, when });
}
