import { join } from "node:path";
import { watch } from "chokidar";
import { Failure } from "../failure.ts";
import { PROJECT_FILE } from "./root.ts";
import { watchedPaths } from "./watched-paths.ts";

/** Editors write a file in several steps, and git many files; what comes this close together is one change. */
const SETTLE_MS = 60;

/**
 * Calls `onChange` once at first and then after the project's files have changed, once for changes close together, and
 * never again before the call before has ended. No change between the calls is missed; those during a call are one.
 * Follows `flagwright.yaml` where it moves the definitions, or names another generator. Resolves when the signal is
 * aborted. @throws Failure when the system cannot watch so much.
 */
export async function watchProject(root: string, signal: AbortSignal, onChange: () => Promise<void>): Promise<void> {
  let watched = watchedPaths(root);
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let isWaiting = false;
  const changed = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (signal.aborted || isWaiting) return;
      isWaiting = true;
      running = running.then(async () => {
        isWaiting = false;
        watched = watchedPaths(root);
        watcher.add([...paths()]);
        await onChange();
      });
    }, SETTLE_MS);
  };
  const paths = (): readonly string[] =>
    [PROJECT_FILE, watched.folder, ...watched.modules].map((path) => join(root, path));
  const isOurs = (path: string): boolean => /\.(?:ya?ml|json)$/.test(path) || paths().includes(path);
  // Node's own recursive watch loses a file on Linux once an editor has replaced it.
  const watcher = watch([...paths()], {
    ignoreInitial: true,
    ignored: (path, stats) => stats?.isFile() === true && !isOurs(path),
  });
  try {
    const failed = new Promise<never>((_, reject) => watcher.on("error", (error) => reject(watchFailure(error))));
    watcher.on("all", changed);
    await Promise.race([failed, new Promise<void>((resolve) => watcher.once("ready", () => resolve()))]);
    changed();
    await Promise.race([failed, aborted(signal)]);
  } finally {
    clearTimeout(timer);
    await watcher.close();
    await running;
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function watchFailure(error: unknown): Failure {
  const { code, message } = error as NodeJS.ErrnoException;
  const isFull = code === "ENOSPC" || code === "EMFILE";
  return new Failure(`Cannot watch the project: ${message}`, {
    help: isFull
      ? "The system's limit of watched files is reached. On Linux raise fs.inotify.max_user_watches."
      : undefined,
  });
}
