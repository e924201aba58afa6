import type { Ramp } from "../../snapshot/model.ts";
import { Unreadable } from "../unreadable.ts";

/** The share that is open at a time, 0 to 100,000: as in `evaluation/ramp.ts`, of instants that have been checked. */
export function compileRamp({ steps, linear }: Ramp): (at: number) => number {
  const times = steps.map(([at]) => Date.parse(at));
  if (times.some((time, index) => time <= (times[index - 1] ?? -Infinity)))
    throw new Unreadable("The steps of a ramp are not in order.");
  return (at) => {
    const step = times.findLastIndex((time) => at >= time);
    const share = steps[step]?.[1] ?? 0;
    const next = steps[step + 1];
    const [start = 0, end = 0] = times.slice(step);
    return linear === true && step >= 0 && next !== undefined
      ? Math.floor(share + (next[1] - share) * ((at - start) / (end - start)))
      : share;
  };
}
