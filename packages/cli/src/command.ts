import type { Command as Commander } from "commander";
import type { Io } from "./io/io.ts";

/**
 * One command of `flagwright`. Its file exports `command`, and `commands/commands.ts` lists it. The file is loaded
 * only when the command is called or its help is asked for, so it may import what it needs at the top.
 *
 * @example
 * ```ts
 * export const command: Command = {
 *   configure(lint, io) {
 *     lint.argument("[files...]", "only these").option("--json", "print JSON");
 *     lint.action(async (files: readonly string[], options: Options) => { … });
 *   },
 * };
 * ```
 */
export interface Command {
  /** Adds arguments, options and the action to a subcommand that has its name and summary already. */
  readonly configure: (subcommand: Commander, io: Io) => void;
}

export interface CommandEntry {
  readonly name: string;
  /** The heading in `flagwright --help`. */
  readonly group: "Definitions" | "Server" | "Flags";
  /** Completes "flagwright NAME: …", lower case, no full stop. */
  readonly summary: string;
  readonly load: () => Promise<{ readonly command: Command }>;
}
