import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { compile, type CompiledSnapshot } from "@flagwright/runtime";
import { regularExpressions } from "@flagwright/runtime/node";
import { flagsFolder } from "@flagwright/schema";
import { addEnvironmentOption, addServerOptions, chosenEnvironment } from "../api/session.ts";
import type { Command } from "../command.ts";
import { loadSnapshot, type SnapshotOptions } from "../evaluation/load-snapshot.ts";
import { parseAt } from "../evaluation/parse-context.ts";
import { exitCodes } from "../exit-codes.ts";
import { Failure } from "../failure.ts";
import type { Io } from "../io/io.ts";
import { readText } from "../io/read-text.ts";
import { printJson } from "../output/json.ts";
import { paintFor } from "../output/paint.ts";
import { count, printable } from "../output/text.ts";
import { PROJECT_FILE, requireRoot } from "../project/root.ts";
import { writeWhole } from "../project/write-file.ts";
import { junit } from "../specification/junit.ts";
import { readSpecification } from "../specification/read-specification.ts";
import { runCase } from "../specification/run-specification.ts";
import type { SpecificationProblem, SpecificationResult } from "../specification/specification.ts";

interface Options extends SnapshotOptions {
  readonly at?: string;
  readonly junit?: string;
  readonly json?: boolean;
}

export const command: Command = {
  configure(subcommand, io) {
    subcommand
      .argument("[files...]", "files of tests; by default those in the `tests` folder beside the flags")
      .option("--snapshot <file>", "ask this snapshot; - reads standard input")
      .option("--server", "ask what the server has now, instead of the project's files")
      .option("--at <instant>", "the time of tests that name none, such as 2027-01-31T00:00:00Z")
      .option("--junit <file>", "write the results as JUnit XML too")
      .option("--json", "print the results as JSON");
    addServerOptions(addEnvironmentOption(subcommand));
    subcommand.action(async (files: readonly string[], options: Options) => {
      const now = options.at === undefined ? io.now() : parseAt(options.at);
      const { cases, problems } = await readAll(files.length > 0 ? files : filesOf(io), io);
      const snapshots = new Map<string, CompiledSnapshot>();
      const results: SpecificationResult[] = [];
      for (const test of cases) {
        const environment = test.environment ?? chosenEnvironment(options, io);
        let compiled = snapshots.get(environment);
        if (compiled === undefined) {
          const { snapshot } = await loadSnapshot({ ...options, env: environment }, io);
          compiled = compile(snapshot, { regularExpressions });
          snapshots.set(environment, compiled);
        }
        results.push(runCase(test, compiled, now));
      }
      if (options.junit !== undefined) writeWhole(join(io.cwd, options.junit), junit(results));
      if (options.json === true) printJson(io, { results, problems });
      else print(results, problems, io);
      if (problems.length > 0) io.exitCode = exitCodes.usage;
      else if (results.some(({ differences }) => differences.length > 0)) io.exitCode = exitCodes.findings;
    });
  },
};

async function readAll(files: readonly string[], io: Io): Promise<ReturnType<typeof readSpecification>> {
  const read = [];
  for (const file of files) read.push(readSpecification(file, await readText(file, io)));
  const cases = read.flatMap((each) => each.cases);
  const problems = read.flatMap((each) => each.problems);
  if (cases.length + problems.length === 0)
    throw new Failure("There are no tests.", {
      help: 'Write some, for example in flags/tests/new-checkout.yaml:\nflag: new-checkout\ntests:\n  - context: { region: MY }\n    expect: "on"',
    });
  return { cases, problems };
}

/** Every YAML file below the `tests` folder, relative to the working directory. */
function filesOf(io: Io): readonly string[] {
  const root = requireRoot(io.cwd);
  const folder = join(root, flagsFolder(readFileSync(join(root, PROJECT_FILE), "utf8")), "tests");
  let names: readonly string[];
  try {
    names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  } catch {
    return [];
  }
  return names
    .filter((name) => /\.(?:ya?ml|json)$/.test(name))
    .map((name) => relative(io.cwd, join(folder, name)).split(sep).join("/"))
    .sort();
}

function print(results: readonly SpecificationResult[], problems: readonly SpecificationProblem[], io: Io): void {
  const paint = paintFor(io, io.stdout);
  const write = (line: string): void => void io.stdout.write(`${line}\n`);
  for (const { file, line, message } of problems)
    write(`${paint.red("error")} ${printable(`${file}:${line}: ${message}`)}`);
  const failed = results.filter(({ differences }) => differences.length > 0);
  for (const { case: test, differences, explanation } of failed) {
    write(
      `${paint.red("✗")} ${paint.bold(printable(`${test.flag}: ${test.name}`))} ${paint.dim(printable(`${test.file}:${test.line}`))}`,
    );
    for (const difference of differences) write(`    ${printable(difference)}`);
    for (const line of explanation) write(paint.dim(`      ${printable(line)}`));
  }
  const passed = results.length - failed.length;
  const parts = [paint.green(`${count(passed, "test")} passed`)];
  if (failed.length > 0) parts.push(paint.red(`${failed.length.toLocaleString("en-US")} failed`));
  if (problems.length > 0) parts.push(paint.red(`${count(problems.length, "entry", "entries")} could not be read`));
  write(parts.join(", "));
}
