import { codeFrame, printable } from "./code-frame.ts";
import type { Diagnostic, Severity } from "./diagnostic.ts";
import { type Paint, plainPaint } from "./paint.ts";

export interface TextOptions {
  /** The text of each file by path, to quote from; a file that is missing is named without a quote. */
  readonly files: ReadonlyMap<string, string>;
  /** No colours by default. */
  readonly paint?: Paint;
}

/**
 * Diagnostics as a person reads them, each with the line it is about and what to do; at the end how many there are.
 * Empty when there are none.
 */
export function diagnosticsText(
  diagnostics: readonly Diagnostic[],
  { files, paint = plainPaint }: TextOptions,
): string {
  if (diagnostics.length === 0) return "";
  const blocks = diagnostics.map((each) => diagnosticText(each, files.get(each.file), paint));
  return `${blocks.join("\n")}\n${summary(diagnostics, paint)}\n`;
}

export function diagnosticText(diagnostic: Diagnostic, text: string | undefined, paint: Paint): string {
  const { code, severity, message, file, range, help, docs } = diagnostic;
  const color = colorOf(severity, paint);
  const frame = text === undefined ? [] : codeFrame(text, range, paint, color);
  const margin = " ".repeat(String(range.start.line).length);
  return [
    `${color(paint.bold(severity))} ${paint.bold(printable(message))}`,
    `${margin} ${paint.dim("╭─")} ${paint.cyan(`${file}:${range.start.line}:${range.start.column}`)}`,
    ...frame,
    ...(help === undefined ? [] : [`${margin} ${paint.dim("├─")} ${paint.green("help")} ${printable(help)}`]),
    `${margin} ${paint.dim("╰─")} ${paint.dim(docs === undefined ? code : `${code}, docs/${docs}`)}`,
    "",
  ].join("\n");
}

function colorOf(severity: Severity, paint: Paint): (text: string) => string {
  return severity === "error" ? paint.red : severity === "warning" ? paint.yellow : paint.cyan;
}

function summary(diagnostics: readonly Diagnostic[], paint: Paint): string {
  const words = { error: "error", warning: "warning", info: "hint" } as const;
  const counts = (["error", "warning", "info"] as const).flatMap((severity) => {
    const count = diagnostics.filter((each) => each.severity === severity).length;
    return count === 0 ? [] : [colorOf(severity, paint)(plural(count, words[severity]))];
  });
  const files = new Set(diagnostics.map(({ file }) => file)).size;
  return `${counts.join(", ")} in ${plural(files, "file")}`;
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
