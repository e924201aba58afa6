import type { Patch, Snapshot } from "./model.ts";

/** True when the patch starts where the snapshot stands. */
export function continues(snapshot: Snapshot, patch: Patch): boolean {
  return patch.epoch === snapshot.epoch && patch.from === snapshot.revision;
}

/**
 * The snapshot after a patch. What is put replaces what has the same key, in its place, or joins at the end; a
 * deleted key that is not there is ignored.
 *
 * @throws {RangeError} when the patch does not start where the snapshot stands. Ask {@link continues} first.
 */
export function applyPatch(snapshot: Snapshot, patch: Patch): Snapshot {
  if (!continues(snapshot, patch))
    throw new RangeError(
      `A patch from ${patch.epoch}-${patch.from} does not apply to a snapshot at ${snapshot.epoch}-${snapshot.revision}.`,
    );
  return {
    ...snapshot,
    revision: patch.to,
    flags: replaced(snapshot.flags, patch.put.flags, patch.delete.flags),
    segments: replaced(snapshot.segments, patch.put.segments, patch.delete.segments),
  };
}

/** Up to here, looking for each key in turn is faster than asking of each item whether it changed. */
const FEW = 16;

function replaced<T extends { readonly key: string }>(
  old: readonly T[],
  put: readonly T[],
  deleted: readonly string[],
): readonly T[] {
  if (deleted.length === 0 && put.length <= FEW) return withPut(old, put);
  const gone = new Set(deleted);
  const changed = new Map(put.map((item) => [item.key, item]));
  const next: T[] = [];
  for (const item of old) {
    const replacement = changed.get(item.key);
    if (replacement !== undefined) {
      next.push(replacement);
      changed.delete(item.key);
    } else if (!gone.has(item.key)) next.push(item);
  }
  next.push(...changed.values());
  return next;
}

function withPut<T extends { readonly key: string }>(old: readonly T[], put: readonly T[]): readonly T[] {
  if (put.length === 0) return old;
  const next = old.slice();
  for (const item of put) {
    const place = next.findIndex(({ key }) => key === item.key);
    if (place === -1) next.push(item);
    else next[place] = item;
  }
  return next;
}
