import type { Command } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { Failure } from "../failure.ts";
import type { Io } from "../io/io.ts";
import { printFailure } from "../output/failure.ts";
import { printJson } from "../output/json.ts";
import { paintFor } from "../output/paint.ts";
import { NO_REPORT, progress } from "../output/progress.ts";
import { count } from "../output/text.ts";
import { incremental, type Found } from "../generators/cache/incremental.ts";
import type { Output } from "../project/generate-project.ts";
import { requireRoot } from "../project/root.ts";

interface Options {
  readonly check?: boolean;
  readonly watch?: boolean;
  readonly cache?: boolean;
  readonly json?: boolean;
}

export const command: Command = {
  configure(generate, io) {
    generate
      .option("--check", "write nothing; show what is out of date and end with code 1 (for CI)")
      .option("--watch", "go on, and generate again whenever the definitions change")
      .option("--no-cache", "trust nothing that an earlier run has found out")
      .option("--json", "print what was written as JSON");
    generate.action(async (options: Options) => {
      if (options.watch !== true) return once(options, io);
      if (options.check === true) throw new Failure("--check looks once, --watch goes on: use one of them.");
      const root = requireRoot(io.cwd);
      io.stderr.write(`Watching ${root}. Stop with Ctrl-C.\n`);
      const { watchProject } = await import("../project/watch-project.ts");
      await watchProject(root, io.stopSignal(), () => again(options, io));
    });
  },
};

/** While watching, a mistake is told and waited out. */
async function again(options: Options, io: Io): Promise<void> {
  try {
    await once(options, io);
  } catch (error) {
    printFailure(error, io);
  }
  io.exitCode = exitCodes.ok;
}

async function once(options: Options, io: Io): Promise<void> {
  const { report, end } = options.json === true ? { report: NO_REPORT, end: () => {} } : progress(io);
  try {
    const root = requireRoot(io.cwd);
    const found = await incremental(root, { now: io.now, trusted: options.cache !== false, report });
    if (found.state === "made" && options.check !== true) found.generation.write(found.changed);
    end();
    await show(found, options, io);
  } finally {
    end();
  }
}

async function show(found: Found, options: Options, io: Io): Promise<void> {
  if (found.state === "refused") {
    const { errorsOf, printDiagnostics } = await import("../output/diagnostics.ts");
    printDiagnostics(errorsOf(found.refused), found.refused, io, io.stderr);
    io.exitCode = exitCodes.findings;
    return;
  }
  if (found.state === "current") {
    if (options.check === true) return checked(found.paths, new Set(), options, io);
    const files = found.paths.map((path) => ({ path, state: "unchanged" }));
    return written(files, found.flags, options, io);
  }
  const { changed, generation } = found;
  if (options.check === true) return check(generation.outputs, changed, generation.orphans, options, io);
  const differing = new Set(changed);
  const states = generation.outputs.map((output) => ({
    path: output.path,
    state: !differing.has(output) ? "unchanged" : output.current === undefined ? "new" : "updated",
  }));
  const removed = generation.orphans.map((path) => ({ path, state: "removed" }));
  written([...states, ...removed], generation.flags, options, io);
}

/** More files than this are counted, not listed. */
const MAX_LISTED = 20;

function written(
  files: readonly { readonly path: string; readonly state: string }[],
  flags: number,
  options: Options,
  io: Io,
): void {
  if (options.json === true)
    return printJson(
      io,
      files.map(({ path, state }) => ({ path, written: state !== "unchanged" })),
    );
  const paint = paintFor(io, io.stdout);
  const listed =
    files.length <= MAX_LISTED ? files : files.filter(({ state }) => state !== "unchanged").slice(0, MAX_LISTED);
  for (const { path, state } of listed) io.stdout.write(`${paint.green("✓")} ${path} ${paint.dim(`(${state})`)}\n`);
  const rest = files.length - listed.length;
  const more = rest === 0 ? "" : `, ${count(rest, listed.length === 0 ? "file" : "more file")}`;
  io.stdout.write(paint.dim(`  ${count(flags, "flag")}${more}\n`));
}

async function check(
  outputs: readonly Output[],
  changed: readonly Output[],
  orphans: readonly string[],
  options: Options,
  io: Io,
): Promise<void> {
  const stale = [...changed.map(({ path }) => path), ...orphans];
  checked([...outputs.map(({ path }) => path), ...orphans], new Set(stale), options, io);
  if (options.json === true || stale.length === 0) return;
  const { textDiff } = await import("../output/text-diff.ts");
  const paint = paintFor(io, io.stdout);
  for (const { path, current, content } of changed) io.stdout.write(`${textDiff(path, current, content, paint)}\n`);
  for (const path of orphans) io.stdout.write(`${path} is generated from no definition any more\n`);
  io.stderr.write(
    `${paintFor(io, io.stderr).red("error")} ${count(stale.length, "generated file")} ${stale.length === 1 ? "is" : "are"} out of date.\n` +
      `${paintFor(io, io.stderr).cyan("help")}  Run flagwright generate and commit the result.\n`,
  );
}

function checked(paths: readonly string[], stale: ReadonlySet<string>, options: Options, io: Io): void {
  if (stale.size > 0) io.exitCode = exitCodes.findings;
  if (options.json === true)
    return printJson(
      io,
      paths.map((path) => ({ path, upToDate: !stale.has(path) })),
    );
  if (stale.size === 0)
    io.stdout.write(`${paintFor(io, io.stdout).green("✓")} ${count(paths.length, "file")} up to date\n`);
}
