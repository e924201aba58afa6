import type { Diagnostic } from "./diagnostic.ts";

/** Diagnostics for programs: `{ format: 1, diagnostics: [{ code, severity, message, file, range, help?, docs?, fix? }…] }`. */
export function diagnosticsJson(diagnostics: readonly Diagnostic[]): string {
  return `${JSON.stringify({ format: 1, diagnostics }, null, 2)}\n`;
}
