import type { Command } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { Failure } from "../failure.ts";
import type { Io } from "../io/io.ts";
import { errorsOf, printDiagnostics } from "../output/diagnostics.ts";
import { printFailure } from "../output/failure.ts";
import { printJson } from "../output/json.ts";
import { paintFor } from "../output/paint.ts";
import { count } from "../output/text.ts";
import { textDiff } from "../output/text-diff.ts";
import { drifted, generateProject, writeOutputs, type Output } from "../project/generate-project.ts";
import { loadProject } from "../project/load-project.ts";
import { watchProject } from "../project/watch-project.ts";

interface Options {
  readonly check?: boolean;
  readonly watch?: boolean;
  readonly json?: boolean;
}

export const command: Command = {
  configure(generate, io) {
    generate
      .option("--check", "write nothing; show what is out of date and end with code 1 (for CI)")
      .option("--watch", "go on, and generate again whenever the definitions change")
      .option("--json", "print what was written as JSON");
    generate.action(async (options: Options) => {
      if (options.watch !== true) return once(options, io);
      if (options.check === true) throw new Failure("--check looks once, --watch goes on: use one of them.");
      const { root, project } = loadProject(io.cwd);
      io.stderr.write(`Watching ${project.config.flags}. Stop with Ctrl-C.\n`);
      await watchProject(root, project.config.flags, io.stopSignal(), () => again(options, io));
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
  const loaded = loadProject(io.cwd);
  const errors = errorsOf(loaded.project);
  if (errors.length > 0) {
    printDiagnostics(errors, loaded.project, io, io.stderr);
    io.exitCode = exitCodes.findings;
    return;
  }
  const outputs = await generateProject(loaded);
  const changed = drifted(outputs);
  if (options.check === true) return check(outputs, changed, options, io);
  writeOutputs(loaded.root, changed);
  if (options.json === true)
    return printJson(
      io,
      outputs.map(({ path }) => ({ path, written: changed.some((output) => output.path === path) })),
    );
  const paint = paintFor(io, io.stdout);
  for (const output of outputs) {
    const state = !changed.includes(output) ? "unchanged" : output.current === undefined ? "new" : "updated";
    io.stdout.write(`${paint.green("✓")} ${output.path} ${paint.dim(`(${state})`)}\n`);
  }
  io.stdout.write(paint.dim(`  ${count(loaded.project.definitions.length, "flag")}\n`));
}

function check(outputs: readonly Output[], changed: readonly Output[], options: Options, io: Io): void {
  if (changed.length > 0) io.exitCode = exitCodes.findings;
  if (options.json === true)
    return printJson(
      io,
      outputs.map(({ path }) => ({ path, upToDate: !changed.some((output) => output.path === path) })),
    );
  const paint = paintFor(io, io.stdout);
  if (changed.length === 0) {
    io.stdout.write(`${paint.green("✓")} ${count(outputs.length, "file")} up to date\n`);
    return;
  }
  for (const { path, current, content } of changed) io.stdout.write(`${textDiff(path, current, content, paint)}\n`);
  io.stderr.write(
    `${paintFor(io, io.stderr).red("error")} ${count(changed.length, "generated file")} ${changed.length === 1 ? "is" : "are"} out of date.\n` +
      `${paintFor(io, io.stderr).cyan("help")}  Run flagwright generate and commit the result.\n`,
  );
}
