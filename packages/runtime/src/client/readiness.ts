import type { Cancel, Host } from "./host.ts";

/**
 * The bounded wait for the first flags. Settles once: when flags are there, when waiting has become pointless, or when
 * the time is over. Never rejects.
 */
export class Readiness {
  readonly done: Promise<void>;
  readonly #cancel: Cancel;
  #settle: () => void = () => undefined;

  constructor(host: Host, timeoutMs: number) {
    this.done = new Promise((resolve) => {
      this.#settle = resolve;
    });
    // Somebody may be awaiting this at the top level of a script, with nothing else to keep it alive.
    this.#cancel = host.after(timeoutMs, this.#settle, "hold");
  }

  settle(): void {
    this.#cancel();
    this.#settle();
  }
}
