import { join, relative } from "node:path";
import { watch } from "chokidar";
import { PROJECT_FILE } from "./root.ts";

/** Editors write a file in several steps, and git many files; what comes this close together is one change. */
const SETTLE_MS = 60;

/**
 * Calls `onChange` once at first and then after the project's files have changed, once for changes close together, and
 * never again before the call before has ended. No change between the calls is missed. Resolves when the signal is
 * aborted.
 */
export async function watchProject(
  root: string,
  flags: string,
  signal: AbortSignal,
  onChange: () => Promise<void>,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  const changed = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (!signal.aborted) running = running.then(onChange);
    }, SETTLE_MS);
  };
  // Node's own recursive watch loses a file on Linux once an editor has replaced it.
  const watcher = watch([join(root, PROJECT_FILE), join(root, flags)], {
    ignoreInitial: true,
    ignored: (path, stats) => stats?.isFile() === true && !isDefinition(relative(root, path)),
  });
  watcher.on("all", changed);
  await new Promise<void>((resolve) => watcher.once("ready", resolve));
  changed();
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
  clearTimeout(timer);
  await watcher.close();
  await running;
}

function isDefinition(path: string): boolean {
  return /\.(?:ya?ml|json)$/.test(path);
}
