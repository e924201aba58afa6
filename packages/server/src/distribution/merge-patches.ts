import type { Patch } from "@flagwright/runtime";

/**
 * One patch that does what these do one after the other. They must follow each other without a gap.
 *
 * @throws {RangeError} when they do not: a merged gap would be a change lost in silence.
 */
export function mergePatches(patches: readonly Patch[]): Patch {
  const [first, ...rest] = patches;
  if (first === undefined) throw new RangeError("There is no patch to merge.");
  const flags = new Steps(first.put.flags, first.delete.flags);
  const segments = new Steps(first.put.segments, first.delete.segments);
  let to = first.to;
  for (const patch of rest) {
    if (patch.epoch !== first.epoch || patch.from !== to)
      throw new RangeError(`A patch from ${patch.epoch}-${patch.from} does not follow ${first.epoch}-${to}.`);
    flags.add(patch.put.flags, patch.delete.flags);
    segments.add(patch.put.segments, patch.delete.segments);
    to = patch.to;
  }
  return {
    ...first,
    to,
    put: { flags: flags.put, segments: segments.put },
    delete: { flags: flags.deleted, segments: segments.deleted },
  };
}

/** The last word on each key wins. */
class Steps<T extends { readonly key: string }> {
  readonly #put = new Map<string, T>();
  readonly #deleted = new Set<string>();

  constructor(put: readonly T[], deleted: readonly string[]) {
    this.add(put, deleted);
  }

  add(put: readonly T[], deleted: readonly string[]): void {
    for (const key of deleted) {
      this.#put.delete(key);
      this.#deleted.add(key);
    }
    for (const item of put) {
      this.#deleted.delete(item.key);
      this.#put.set(item.key, item);
    }
  }

  get put(): readonly T[] {
    return [...this.#put.values()];
  }

  get deleted(): readonly string[] {
    return [...this.#deleted];
  }
}
