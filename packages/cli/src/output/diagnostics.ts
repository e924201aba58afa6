import { diagnosticsText, type Diagnostic, type Project } from "@flagwright/schema";
import type { Io, Terminal } from "../io/io.ts";
import { paintFor } from "./paint.ts";

/** Prints diagnostics for people, each with the lines that it is about. */
export function printDiagnostics(
  diagnostics: readonly Diagnostic[],
  { files }: Pick<Project, "files">,
  io: Io,
  stream: Terminal,
): void {
  stream.write(diagnosticsText(diagnostics, { files, paint: paintFor(io, stream) }));
}

/** What keeps a project from being generated or pushed. */
export function errorsOf({ diagnostics }: Project): readonly Diagnostic[] {
  return diagnostics.filter(({ severity }) => severity === "error");
}
