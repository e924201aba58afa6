import { exitCodes } from "../exit-codes.ts";
import type { Io } from "./io.ts";

/** The one door to the process: its streams, environment, clock and signals. */
export function processIo(): Io {
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", (error: NodeJS.ErrnoException) => {
      // The reader has gone, as with `| head`: nobody is left to tell.
      if (error.code === "EPIPE") process.exit();
      throw error;
    });
  let stop: AbortController | undefined;
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    cwd: process.cwd(),
    env: process.env,
    now: () => Date.now(),
    plain: false,
    stopSignal: () => (stop ??= listen()).signal,
    get exitCode() {
      return (process.exitCode ?? exitCodes.ok) as Io["exitCode"];
    },
    set exitCode(code) {
      process.exitCode = code;
    },
  };
}

function listen(): AbortController {
  const stop = new AbortController();
  for (const [name, number] of [
    ["SIGINT", 2],
    ["SIGTERM", 15],
    ["SIGHUP", 1],
  ] as const)
    process.on(name, () => {
      // A second signal is from somebody who will not wait.
      if (stop.signal.aborted) process.exit(128 + number);
      stop.abort(name);
    });
  return stop;
}
