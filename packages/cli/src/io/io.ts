import type { Readable, Writable } from "node:stream";
import type { ExitCode } from "../exit-codes.ts";

/**
 * Everything of the outside world that a command may touch besides files and the network. Tests hand in their own, so
 * that a command runs in-process.
 */
export interface Io {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Terminal;
  readonly stderr: Terminal;
  readonly cwd: string;
  readonly env: { readonly [name: string]: string | undefined };
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /**
   * For commands that run until they are stopped: aborted by the first SIGINT, SIGTERM or SIGHUP, whose name is the
   * reason. A command that does not ask for it ends at the signal, as any process does.
   */
  readonly stopSignal: () => AbortSignal;
  /** Set by `--no-color`. */
  plain: boolean;
  /** What the process will end with. A command sets it when it found something; a failure sets it for itself. */
  exitCode: ExitCode;
}

export type Terminal = Writable & { readonly isTTY?: boolean; readonly columns?: number };
