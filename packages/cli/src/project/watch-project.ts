import { join } from "node:path";
import { watch, type FSWatcher } from "chokidar";
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
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let isWaiting = false;
  let fail: (error: unknown) => void = () => {};
  const failed = new Promise<never>((_, reject) => (fail = reject));
  const changed = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (signal.aborted || isWaiting) return;
      isWaiting = true;
      running = running.then(turn).catch(fail);
    }, SETTLE_MS);
  };
  const open = async (): Promise<Opened> => {
    const paths = pathsOf(root);
    const watcher = openWatcher(paths);
    watcher.on("error", (error) => fail(watchFailure(error)));
    watcher.on("all", changed);
    const close = (): Promise<void> => watcher.close();
    const ready = new Promise<void>((resolve) => watcher.once("ready", () => resolve()));
    await Promise.race([failed, ready]).catch(async (error: unknown) => {
      await close();
      throw error;
    });
    return { paths, close };
  };
  const turn = async (): Promise<void> => {
    isWaiting = false;
    if (pathsOf(root).join("\n") !== opened?.paths.join("\n")) {
      // A folder that is only added may change before it is watched, and nobody would say so.
      await opened?.close();
      opened = await open();
    }
    await onChange();
  };
  let opened: Opened | undefined;
  try {
    changed();
    await Promise.race([failed, aborted(signal)]);
  } finally {
    clearTimeout(timer);
    await running;
    await opened?.close();
  }
}

interface Opened {
  readonly paths: readonly string[];
  readonly close: () => Promise<void>;
}

function pathsOf(root: string): readonly string[] {
  const { folder, modules } = watchedPaths(root);
  return [PROJECT_FILE, folder, ...modules].map((path) => join(root, path));
}

/** Node's own recursive watch loses a file on Linux once an editor has replaced it. */
function openWatcher(paths: readonly string[]): FSWatcher {
  const isOurs = (path: string): boolean => /\.(?:ya?ml|json)$/.test(path) || paths.includes(path);
  return watch([...paths], {
    ignoreInitial: true,
    ignored: (path, stats) => stats?.isFile() === true && !isOurs(path),
  });
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
