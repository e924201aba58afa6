import { parseInstant } from "../snapshot/instant.ts";
import { BUCKETS, type Ramp } from "../snapshot/model.ts";
import { Unreadable } from "./unreadable.ts";

/** The share that is open at a time, 0 to 100,000. */
export type RampShare = (at: number) => number;

/**
 * Before the first step nothing is open, after the last one its share stays. Between two steps a linear ramp gives
 * `floor(a + (b - a) · ((at - t0) / (t1 - t0)))` in double precision, any other the share of the step before.
 */
export function compileRamp({ steps, linear }: Ramp): RampShare {
  const times = steps.map(([at]) => instantOf(at));
  const shares = steps.map(([, share]) => share);
  if (times.some((time, index) => index > 0 && time <= (times[index - 1] ?? 0)))
    throw new Unreadable("The steps of a ramp are not in the order of time.");
  return (at) => {
    let step = times.length - 1;
    while (step >= 0 && at < (times[step] as number)) step--;
    if (step < 0) return 0;
    const share = shares[step] as number;
    if (linear !== true || step === times.length - 1) return share;
    const start = times[step] as number;
    const end = times[step + 1] as number;
    const next = shares[step + 1] as number;
    return Math.floor(share + (next - share) * ((at - start) / (end - start)));
  };
}

/** How many of a range's buckets are open. They open from its start, so that a rising share evicts nobody. */
export function openBuckets(from: number, to: number, share: number): number {
  return Math.floor(((to - from) * share) / BUCKETS);
}

export function instantOf(text: string): number {
  const at = parseInstant(text);
  if (at === undefined) throw new Unreadable(`${JSON.stringify(text)} is not an instant in UTC.`);
  return at;
}
