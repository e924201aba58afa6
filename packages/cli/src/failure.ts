import { exitCodes, type ExitCode } from "./exit-codes.ts";

/**
 * Why a command could not do its work, in words for the person who gave it. Thrown by commands, printed by the
 * program: the message in one or two sentences, below it what to do.
 */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly help: string | undefined;
  readonly exitCode: ExitCode;

  constructor(message: string, options: { readonly help?: string | undefined; readonly exitCode?: ExitCode } = {}) {
    super(message);
    this.help = options.help;
    this.exitCode = options.exitCode ?? exitCodes.usage;
  }
}
