import { structuredPatch } from "diff";
import type { Paint } from "./paint.ts";

/** More than this many lines of a diff are not read by anybody. */
const MAX_LINES = 120;

/** A unified diff from the text on disk to the one that belongs there. */
export function textDiff(path: string, current: string | undefined, expected: string, paint: Paint): string {
  const name = current === undefined ? "/dev/null" : path;
  const { hunks } = structuredPatch(name, path, current?.replaceAll("\r\n", "\n") ?? "", expected, "", "", {
    context: 3,
  });
  const lines = hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines: body }) => [
    paint.cyan(`@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`),
    ...body.map((line) => (line.startsWith("+") ? paint.green(line) : line.startsWith("-") ? paint.red(line) : line)),
  ]);
  const shown = lines.slice(0, MAX_LINES);
  const more = lines.length - shown.length;
  return [
    paint.bold(`--- ${name}`),
    paint.bold(`+++ ${path}`),
    ...shown,
    ...(more > 0 ? [paint.dim(`… and ${more.toLocaleString("en-US")} more lines`)] : []),
    "",
  ].join("\n");
}
