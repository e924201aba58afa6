import picocolors from "picocolors";
import type { Io, Terminal } from "../io/io.ts";

export type Paint = ReturnType<typeof picocolors.createColors>;

/**
 * Colors for one stream, or functions that leave text as it is. The first that applies decides: `--no-color`,
 * `NO_COLOR` (https://no-color.org), `FORCE_COLOR`, whether the stream is a terminal that knows colors.
 */
export function paintFor(io: Io, stream: Terminal): Paint {
  return picocolors.createColors(wantsColor(io, stream));
}

function wantsColor({ env, plain }: Io, stream: Terminal): boolean {
  if (plain || (env["NO_COLOR"] ?? "") !== "") return false;
  const forced = env["FORCE_COLOR"] ?? "";
  if (forced !== "") return forced !== "0" && forced !== "false";
  return stream.isTTY === true && env["TERM"] !== "dumb";
}
