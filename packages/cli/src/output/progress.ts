import type { Io } from "../io/io.ts";
import { statusLine } from "./status-line.ts";

/** How far something has come: `Reading`, 400, 2000, `files`. Told often, and by work that lets nothing else run. */
export type Report = (verb: string, done: number, total: number, what: string) => void;

export interface Progress {
  readonly report: Report;
  /** Takes the line away. */
  readonly end: () => void;
}

/** Shorter waits need no explanation. */
const SHOWN_AFTER_MS = 1_000;
/** Faster changes cannot be read. */
const CHANGED_EVERY_MS = 100;

export const NO_REPORT: Report = () => {};

/** A line on a terminal's standard error while something takes longer than a second: `Reading 400 of 2,000 files`. */
export function progress(io: Io): Progress {
  if (io.stderr.isTTY !== true) return { report: NO_REPORT, end: () => {} };
  const line = statusLine(io);
  let next = io.now() + SHOWN_AFTER_MS;
  return {
    report: (verb, done, total, what) => {
      const now = io.now();
      if (now < next) return;
      next = now + CHANGED_EVERY_MS;
      line.show(`${verb} ${done.toLocaleString("en-US")} of ${total.toLocaleString("en-US")} ${what}`);
    },
    end: line.clear,
  };
}
