import type { Ramp } from "../../snapshot/model.ts";
import { Unreadable } from "../unreadable.ts";

/** The share that is open at a time, 0 to 100,000: as in `evaluation/ramp.ts`, of instants that have been checked. */
export function compileRamp({ steps, linear }: Ramp): (at: number) => number {
  const times = steps.map(([at]) => Date.parse(at));
  if (times.some((time, index) => time <= (times[index - 1] ?? -Infinity))) throw new Unreadable("A ramp goes back.");
  return (at) => {
    const step = times.findLastIndex((time) => at >= time);
    if (step < 0) return 0;
    const [start = 0, end = Infinity] = times.slice(step);
    const [share = 0, next = share] = steps.slice(step).map(([, open]) => open);
    return linear === true ? Math.floor(share + (next - share) * ((at - start) / (end - start))) : share;
  };
}
