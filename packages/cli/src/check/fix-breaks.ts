import { join } from "node:path";
import { bumpVersion, wireKey, type CheckReport } from "@flagwright/schema";
import { writeWhole } from "../project/write-file.ts";
import type { Sides } from "./sides.ts";

export interface Fixed {
  /** The wire key of the version that was made. */
  readonly key: string;
  readonly path: string;
  /** The file that is again what it was. */
  readonly restored: string | undefined;
}

/**
 * Does what the report says about each flag whose break a new version makes safe: the definition as it stands becomes
 * the next version, and the one that clients know is put back as it was.
 */
export function fixBreaks(
  root: string,
  report: CheckReport,
  { previous, current, previousFiles }: Sides,
): readonly Fixed[] {
  const keys = new Set(report.breaks.filter(({ command }) => command !== undefined).map(({ subject }) => subject));
  return [...keys].flatMap((key) => {
    const bumped = bumpVersion(current, key);
    if (bumped === undefined) return [];
    const before = previous.definitions.find(({ value }) => wireKey(value) === key);
    const text = before && previousFiles.get(before.file);
    writeWhole(join(root, bumped.path), bumped.text);
    if (text !== undefined) writeWhole(join(root, bumped.from), text);
    return [{ key: bumped.key, path: bumped.path, restored: text === undefined ? undefined : bumped.from }];
  });
}
