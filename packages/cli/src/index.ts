export { exitCodes, type ExitCode } from "./exit-codes.ts";
export type { Io, Terminal } from "./io/io.ts";
export { run } from "./program.ts";
