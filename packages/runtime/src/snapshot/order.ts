/** Where a snapshot, patch or overlay stands. Both numbers are integers; the epoch weighs more. */
export interface Order {
  readonly epoch: number;
  readonly revision: number;
}

/**
 * Negative when `a` is older than `b`, positive when it is newer, 0 when they are the same.
 *
 * @example
 * ```ts
 * compareOrder({ epoch: 2, revision: 1 }, { epoch: 1, revision: 9 }); // > 0
 * ```
 */
export function compareOrder(a: Order, b: Order): number {
  return a.epoch === b.epoch ? a.revision - b.revision : a.epoch - b.epoch;
}

/** True when `a` outranks `b`. */
export function isNewer(a: Order, b: Order): boolean {
  return compareOrder(a, b) > 0;
}
