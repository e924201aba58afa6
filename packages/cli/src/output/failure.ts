import { Failure } from "../failure.ts";
import type { Io } from "../io/io.ts";
import { paintFor } from "./paint.ts";
import { indent } from "./text.ts";

/** Prints why a command could not do its work. What nobody foresaw is printed with its stack, to be reported. */
export function printFailure(error: unknown, io: Io): void {
  const paint = paintFor(io, io.stderr);
  if (error instanceof Failure && error.print !== undefined) {
    io.stderr.write(error.print(paint));
    return;
  }
  if (error instanceof Failure) {
    io.stderr.write(`${paint.red("error")} ${indent(error.message, 6)}\n`);
    if (error.help !== undefined) io.stderr.write(`${paint.cyan("help")}  ${indent(error.help, 6)}\n`);
    return;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  io.stderr.write(`${paint.red("error")} This is a fault of flagwright itself:\n${text}\n`);
}
