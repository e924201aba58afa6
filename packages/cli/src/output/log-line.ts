import type { Paint } from "./paint.ts";
import { printable } from "./text.ts";

/** A line of the server's JSON log, short enough for a terminal; any other line as it is. */
export function logLine(line: string, paint: Paint): string {
  let entry: LogEntry;
  try {
    entry = JSON.parse(line) as LogEntry;
  } catch {
    return printable(line);
  }
  const { level = 0, msg = "", err, method, route, status } = entry;
  const color = level >= ERROR ? paint.red : level >= WARN ? paint.yellow : paint.dim;
  const about = [method, route, status].filter((word) => word !== undefined).join(" ");
  const words = [about, err?.message === undefined || err.message === msg ? msg : `${msg}: ${err.message}`].filter(
    (word) => word !== "",
  );
  return `${color("server")} ${printable(words.join(" "))}`;
}

/** pino's levels. */
const [WARN, ERROR] = [40, 50];

interface LogEntry {
  readonly level?: number;
  readonly msg?: string;
  readonly err?: { readonly message?: string };
  readonly method?: string;
  readonly route?: string;
  readonly status?: number;
}
