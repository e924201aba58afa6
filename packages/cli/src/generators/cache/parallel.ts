import { readFileSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { fileRole, parseProject, wireKey, type FlagDefinition, type Project } from "@flagwright/schema";
import { NO_REPORT, type Report } from "../../output/progress.ts";
import type { FileState } from "./file-states.ts";
import { neighbourhood, requiredBy } from "./requirements.ts";

/** Fewer files than this are read before a thread has started. */
const MIN_FILES = 2_000;

export type FileDefinition = readonly [file: string, value: FlagDefinition];

interface Share {
  readonly definitions: readonly FileDefinition[];
  /** Files with an error, be it that another flag is not in this share. */
  readonly wrong: readonly string[];
}

/**
 * Reads a large project in two threads, or gives `undefined` where it must be read in one: to be sure, or to say what
 * is wrong. Each thread reads half of the flags; then those that speak of each other, and the environments that speak
 * of them, are checked together.
 */
export async function readInParallel(
  root: string,
  folder: string,
  inputs: readonly FileState[],
  report: Report = NO_REPORT,
  minFiles: number = MIN_FILES,
): Promise<(Pick<Project, "config" | "segments"> & { readonly definitions: readonly FileDefinition[] }) | undefined> {
  const paths = inputs.map(([path]) => path);
  const flags = paths.filter((path) => fileRole(path, folder) === "flag");
  if (flags.length < minFiles || availableParallelism() < 2) return undefined;
  const base = paths.filter((path) => path === "flagwright.yaml" || fileRole(path, folder) === "schema");
  const states = paths.filter((path) => ["environment", "segment"].includes(fileRole(path, folder) ?? ""));

  const half = Math.ceil(flags.length / 2);
  // Both threads count in it, so that one can tell how far both are.
  const count = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const other = startShare({ root, paths: [...base, ...flags.slice(0, half)], count });
  const own = readShare(root, [...base, ...flags.slice(half)], () =>
    report("Reading", Atomics.add(count, 0, 1) + 1, flags.length, "files"),
  );
  const others = await other;
  if (others === undefined) return undefined;
  const definitions = [...others.definitions, ...own.definitions];
  if (new Set(definitions.map(([, value]) => wireKey(value))).size < definitions.length) return undefined;

  const spoken = states.map((path) => readFileSync(join(root, path), "utf8")).join("\n");
  const keys = definitions.flatMap(([, value]) =>
    value.requires.length > 0 ? [value.key, ...requiredBy(value)] : spoken.includes(value.key) ? [value.key] : [],
  );
  const tied = neighbourhood(definitions, new Set(keys));
  const together = readProjectOf(root, [...base, ...states, ...tied]);
  const checked = new Set(tied);
  const isWrong =
    together.diagnostics.some(({ severity }) => severity === "error") ||
    [...others.wrong, ...own.wrong].some((file) => !checked.has(file));
  return isWrong ? undefined : { config: together.config, segments: together.segments, definitions };
}

function readShare(root: string, paths: readonly string[], onFlag: () => void): Share {
  const { definitions, diagnostics } = readProjectOf(root, paths, onFlag);
  return {
    definitions: definitions.map(({ file, value }) => [file, value]),
    wrong: diagnostics.filter(({ severity }) => severity === "error").map(({ file }) => file),
  };
}

export function readProjectOf(root: string, paths: readonly string[], onFlag?: () => void): Project {
  return parseProject(
    new Map(paths.map((path) => [path, readFileSync(join(root, path), "utf8").replace(/^\ufeff/, "")])),
    onFlag,
  );
}

interface Task {
  readonly root: string;
  readonly paths: readonly string[];
  readonly count: Int32Array;
}

/** `undefined` when the thread could not do it. */
async function startShare(task: Task): Promise<Share | undefined> {
  // This very file: wherever a bundler puts it, the thread finds it.
  const worker = new Worker(new URL(import.meta.url), { workerData: { flagwrightShare: task } });
  return new Promise((resolve) => {
    worker.once("message", (text: string) => resolve(JSON.parse(text) as Share));
    worker.once("error", () => resolve(undefined));
    worker.once("exit", () => resolve(undefined));
  });
}

const task = isMainThread ? undefined : (workerData as { readonly flagwrightShare?: Task } | null)?.flagwrightShare;
if (task !== undefined) {
  enableCompileCache();
  // As text: cloning half a project member by member takes longer.
  const share = JSON.stringify(readShare(task.root, task.paths, () => Atomics.add(task.count, 0, 1)));
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  parentPort?.postMessage(share);
}
