import type { Diagnostic } from "./diagnostic.ts";

/** By file, then place, then code: the same problems in the same order, whatever the order they were found in. */
export function compareDiagnostics(a: Diagnostic, b: Diagnostic): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return (
    a.range.start.line - b.range.start.line ||
    a.range.start.column - b.range.start.column ||
    (a.code === b.code ? 0 : a.code < b.code ? -1 : 1)
  );
}
