/** One line of a benchmark: our figure beside a peer's (or a physical floor's), both measured in the same run. */
export interface BenchRow {
  readonly case: string;
  /** Of `ours` and `peerValue`: `ns/call`, `ms`, `B gzip`, `MiB`… */
  readonly unit: string;
  readonly ours: number;
  readonly peer: string;
  readonly peerValue: number;
  /** How many times better than the peer we are; above 1 is better. */
  readonly ratio: number;
  readonly target: number | null;
  /** `null` when the row has no target. */
  readonly met: boolean | null;
}

export interface Measurement {
  readonly case: string;
  readonly unit: string;
  readonly ours: number;
  readonly peer: string;
  readonly peerValue: number;
  /** `lower` for times and sizes, `higher` for throughput. Default `lower`. */
  readonly better?: "lower" | "higher";
  /** The least acceptable ratio. */
  readonly atLeast?: number;
}

/**
 * Computes the ratio and whether the target is met; nobody writes either by hand.
 *
 * @example
 * ```ts
 * row({ case: "plain flag", unit: "ns/call", ours: 20, peer: "other", peerValue: 400, atLeast: 10 }); // ratio 20, met
 * ```
 */
export function row(measured: Measurement): BenchRow {
  const { better = "lower", atLeast } = measured;
  const ratio = better === "lower" ? measured.peerValue / measured.ours : measured.ours / measured.peerValue;
  return {
    case: measured.case,
    unit: measured.unit,
    ours: measured.ours,
    peer: measured.peer,
    peerValue: measured.peerValue,
    ratio,
    target: atLeast ?? null,
    met: atLeast === undefined ? null : ratio >= atLeast,
  };
}
