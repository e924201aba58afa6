import type { Io } from "../io/io.ts";
import { paintFor } from "./paint.ts";

/** One line on a terminal's standard error that is there while something takes its time. Elsewhere nothing is shown. */
export interface StatusLine {
  readonly show: (text: string) => void;
  readonly clear: () => void;
}

export function statusLine(io: Io): StatusLine {
  if (io.stderr.isTTY !== true) return { show: () => {}, clear: () => {} };
  const paint = paintFor(io, io.stderr);
  const limit = (io.stderr.columns ?? 80) - 1;
  let shown = false;
  return {
    show: (text) => {
      io.stderr.write(`${shown ? ERASE : ""}${paint.dim(text.slice(0, limit))}`);
      shown = true;
    },
    clear: () => {
      if (shown) io.stderr.write(ERASE);
      shown = false;
    },
  };
}

/** ECMA-48: to the line's start, and erase the line. */
const ERASE = "\r\u001b[2K";
