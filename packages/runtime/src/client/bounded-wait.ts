import type { Cancel, Host } from "./host.ts";

/**
 * Waits for something, for a bounded time: settles once, when told to or when the time is over. Never rejects. Whoever
 * awaits it may have nothing else that keeps the process alive, so this does.
 */
export class BoundedWait {
  readonly done: Promise<void>;
  readonly #cancel: Cancel;
  #settle: () => void = () => undefined;

  constructor(host: Host, timeoutMs: number) {
    this.done = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.#cancel = host.after(timeoutMs, this.#settle, "hold");
  }

  settle(): void {
    this.#cancel();
    this.#settle();
  }
}
