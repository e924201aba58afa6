/** Typed events. A listener that throws harms nobody else: what it threw goes to `onFault`. */
export class Emitter<Events extends object> {
  readonly #listeners = new Map<keyof Events, Set<(payload: never) => void>>();
  readonly #onFault: (thrown: unknown) => void;

  constructor(onFault: (thrown: unknown) => void) {
    this.#onFault = onFault;
  }

  /** Returns what takes the listener off again. */
  on<Name extends keyof Events>(name: Name, listener: (payload: Events[Name]) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  emit<Name extends keyof Events>(name: Name, payload: Events[Name]): void {
    for (const listener of Array.from(this.#listeners.get(name) ?? []))
      try {
        (listener as (payload: Events[Name]) => void)(payload);
      } catch (thrown) {
        this.#onFault(thrown);
      }
  }

  clear(): void {
    this.#listeners.clear();
  }
}
