import { exitCodes, type ExitCode } from "./exit-codes.ts";
import type { Paint } from "./output/paint.ts";

interface FailureOptions {
  readonly help?: string | undefined;
  readonly exitCode?: ExitCode;
  readonly print?: (paint: Paint) => string;
}

/**
 * Why a command could not do its work, in words for the person who gave it. Thrown by commands, printed by the
 * program: the message in one or two sentences, below it what to do.
 */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly help: string | undefined;
  readonly exitCode: ExitCode;
  /** How to print it, where it is about places in files. */
  readonly print: ((paint: Paint) => string) | undefined;

  constructor(message: string, options: FailureOptions = {}) {
    super(message);
    this.help = options.help;
    this.print = options.print;
    this.exitCode = options.exitCode ?? exitCodes.usage;
  }
}
