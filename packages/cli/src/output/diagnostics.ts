import type { Diagnostic, Project } from "@flagwright/schema";
import type { Io, Terminal } from "../io/io.ts";
import { paintFor } from "./paint.ts";
import { printable } from "./text.ts";

/** Prints what is wrong with a project's files, each with the line it is about. */
export function printDiagnostics(
  project: Project,
  io: Io,
  stream: Terminal,
  wanted: (diagnostic: Diagnostic) => boolean = () => true,
): void {
  const paint = paintFor(io, stream);
  for (const { code, severity, message, file, range, help } of project.diagnostics.filter(wanted)) {
    const { line, column } = range.start;
    const color = severity === "error" ? paint.red : severity === "warning" ? paint.yellow : paint.cyan;
    stream.write(`${color(severity)} ${paint.bold(printable(message))} ${paint.dim(code)}\n`);
    stream.write(`  ${file}:${line}:${column}\n`);
    const text = project.files.get(file)?.split(/\r?\n/)[line - 1];
    if (text !== undefined) {
      const end = range.end.line === line ? range.end.column : text.length + 1;
      stream.write(`  ${paint.dim(`${line} |`)} ${printable(text)}\n`);
      stream.write(
        `  ${" ".repeat(String(line).length)} ${paint.dim("|")} ${" ".repeat(column - 1)}${color("^".repeat(Math.max(1, end - column)))}\n`,
      );
    }
    if (help !== undefined) stream.write(`  ${paint.cyan("help")} ${printable(help)}\n`);
    stream.write("\n");
  }
}
