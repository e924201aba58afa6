import type { Io } from "../io/io.ts";

/** What `--json` prints: one document, indented for people, ending in a line break. */
export function printJson(io: Io, value: unknown): void {
  io.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
}
