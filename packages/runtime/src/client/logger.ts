import type { ClientError } from "./client-error.ts";

/** Where a client speaks to the people who run it. `console` is one. */
export interface Logger {
  warn(message: string): void;
}

/** Keeps a client from repeating itself: a failure is told once, until it ends or becomes another. */
export class FailureLog {
  readonly #logger: Logger | undefined;
  readonly #told = new Set<string>();

  constructor(logger: Logger | null | undefined) {
    this.#logger = logger === null ? undefined : (logger ?? console);
  }

  failed({ code, message, help }: ClientError): void {
    if (this.#told.has(code)) return;
    this.#told.add(code);
    this.tell(help === undefined ? message : `${message} ${help}`);
  }

  succeeded(): void {
    this.#told.clear();
  }

  tell(message: string): void {
    try {
      this.#logger?.warn(`flagwright: ${message}`);
    } catch {
      // A logger that fails has nobody left to tell.
    }
  }
}
