/** Changes kept apart from the base: small enough to be copied with every patch. */
const MAX_CHANGES = 256;

/**
 * A map that never changes, of which a changed copy is cheap: the copy shares the base and has its few changes beside
 * it. A patch of one flag among 10,000 would else copy 10,000 entries.
 */
export class LayeredMap<V> {
  readonly #base: ReadonlyMap<string, V>;
  /** `undefined` stands for a key that is gone. */
  readonly #changes: ReadonlyMap<string, V | undefined>;

  constructor(base: ReadonlyMap<string, V>, changes: ReadonlyMap<string, V | undefined> = new Map()) {
    this.#base = base;
    this.#changes = changes;
  }

  get(key: string): V | undefined {
    return this.#changes.size > 0 && this.#changes.has(key) ? this.#changes.get(key) : this.#base.get(key);
  }

  /** A copy with these values put and these keys gone; putting wins. */
  changed(put: Iterable<readonly [string, V]>, gone: Iterable<string>): LayeredMap<V> {
    const changes = new Map(this.#changes);
    for (const key of gone) changes.set(key, undefined);
    for (const [key, value] of put) changes.set(key, value);
    if (changes.size <= MAX_CHANGES) return new LayeredMap(this.#base, changes);
    const base = new Map(this.#base);
    for (const [key, value] of changes)
      if (value === undefined) base.delete(key);
      else base.set(key, value);
    return new LayeredMap(base);
  }
}
