import { join } from "node:path";
import type { Diagnostic, Fix, Position, Project } from "@flagwright/schema";
import type { Io } from "../io/io.ts";
import { count } from "../output/text.ts";
import { writeWhole } from "./write-file.ts";

/** Applies the fixes that diagnostics carry, none twice and none over another. Returns how many were applied. */
export function applyFixes(root: string, { files }: Project, diagnostics: readonly Diagnostic[], io: Io): number {
  let total = 0;
  for (const [path, text] of files) {
    const fixes = diagnostics.flatMap(({ file, fix }) => (file === path && fix !== undefined ? [fix] : []));
    const { fixed, applied } = withFixes(text, fixes);
    if (applied.length === 0) continue;
    writeWhole(join(root, path), fixed);
    for (const { title } of applied) io.stderr.write(`fixed ${path}: ${title}\n`);
    total += applied.length;
  }
  if (total > 0) io.stderr.write(`${count(total, "fix", "fixes")} applied\n\n`);
  return total;
}

/** From the end to the start, so that the places before stay where they are. */
export function withFixes(
  text: string,
  fixes: readonly Fix[],
): { readonly fixed: string; readonly applied: readonly Fix[] } {
  const lines = lineStarts(text);
  const offset = ({ line, column }: Position): number =>
    Math.min(text.length, (lines[line - 1] ?? text.length) + column - 1);
  const placed = fixes
    .map((fix) => ({ fix, from: offset(fix.range.start), to: offset(fix.range.end) }))
    .sort((a, b) => b.from - a.from);
  const applied: Fix[] = [];
  let fixed = text;
  let free = Number.POSITIVE_INFINITY;
  for (const { fix, from, to } of placed) {
    if (to > free || (to === free && from === to)) continue;
    fixed = fixed.slice(0, from) + fix.text + fixed.slice(to);
    free = from;
    applied.push(fix);
  }
  return { fixed, applied: applied.toReversed() };
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (const match of text.matchAll(/\r\n|\r|\n/g)) starts.push(match.index + match[0].length);
  return starts;
}
