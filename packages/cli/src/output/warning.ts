import type { Io } from "../io/io.ts";
import { paintFor } from "./paint.ts";
import { indent, printable } from "./text.ts";

/** Prints to standard error what somebody should know, though the command does its work. */
export function printWarning({ message, help }: { readonly message: string; readonly help?: string }, io: Io): void {
  const paint = paintFor(io, io.stderr);
  io.stderr.write(`${paint.yellow("warning")} ${indent(printable(message), 8)}\n`);
  if (help !== undefined) io.stderr.write(`${paint.cyan("help")}    ${indent(printable(help), 8)}\n`);
}
