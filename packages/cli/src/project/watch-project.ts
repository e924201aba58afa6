import { watch, type FSWatcher } from "node:fs";
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { PROJECT_FILE } from "./root.ts";

/** Editors write a file in several steps, and git many files; what comes this close together is one change. */
const SETTLE_MS = 60;

/**
 * Calls `onChange` after the project's files have changed, once for changes close together, and never again before
 * the call before has ended. Resolves when the signal is aborted.
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
      running = running.then(onChange);
    }, SETTLE_MS);
  };
  const watchers: FSWatcher[] = [
    // The folder is watched, not the file: editors replace a file, and a watch on the old one hears nothing more.
    watch(root, (_event, name) => {
      if (name === null || name === PROJECT_FILE) changed();
    }),
  ];
  const folder = join(root, flags);
  if (existsSync(folder))
    watchers.push(
      watch(folder, { recursive: true }, (_event, name) => {
        if (name === null || /\.(?:ya?ml|json)$/.test(basename(name))) changed();
      }),
    );
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
  clearTimeout(timer);
  for (const watcher of watchers) watcher.close();
  await running;
}
