import {
  type EvaluationContext,
  type Move,
  parseSnapshot,
  simulate,
  type Simulation,
  type Snapshot,
} from "@flagwright/runtime";
import { regularExpressions } from "@flagwright/runtime/node";
import type { Command } from "../command.ts";
import { isContext, parseAt } from "../evaluation/parse-context.ts";
import { exitCodes } from "../exit-codes.ts";
import { Failure } from "../failure.ts";
import type { Io } from "../io/io.ts";
import { readText } from "../io/read-text.ts";
import { printJson } from "../output/json.ts";
import { paintFor } from "../output/paint.ts";
import { count, printable } from "../output/text.ts";
import { requireRoot } from "../project/root.ts";

interface Options {
  readonly from: string;
  readonly to: string;
  readonly contexts: string;
  readonly flag?: readonly string[];
  readonly examples: string;
  readonly at?: string;
  readonly json?: boolean;
}

export const command: Command = {
  configure(subcommand, io) {
    subcommand
      .requiredOption("--from <source>", "before: a snapshot file, or an environment of the project's files")
      .requiredOption("--to <source>", "after: likewise")
      .requiredOption("--contexts <file>", "one context per line as JSON, or an array of them; - reads standard input")
      .option("-f, --flag <key...>", "only these flags")
      .option("--examples <n>", "examples for each flag", "3")
      .option("--at <instant>", "evaluate as of then, such as 2027-01-31T00:00:00Z")
      .option("--json", "print the figures as JSON");
    subcommand.action(async (options: Options) => {
      const [from, to] = [await source(options.from, io), await source(options.to, io)];
      const contexts = parseContexts(await readText(options.contexts, io), options.contexts);
      const simulation = simulate(from, to, contexts, {
        at: options.at === undefined ? io.now() : parseAt(options.at),
        examples: parseExamples(options.examples),
        regularExpressions,
        ...(options.flag === undefined ? {} : { flags: options.flag }),
      });
      if (simulation.changed > 0) io.exitCode = exitCodes.findings;
      if (options.json === true) printJson(io, simulation);
      else print(simulation, io);
    });
  },
};

/** A name that ends in `.json` is a snapshot; any other is an environment of the project in this folder. */
async function source(name: string, io: Io): Promise<Snapshot> {
  if (name.endsWith(".json")) {
    const parsed = parseSnapshot(parseJson(await readText(name, io), name));
    if (!parsed.ok) throw new Failure(`${name}: ${parsed.error.message}`);
    return parsed.snapshot;
  }
  const { fileSnapshot, readProject, suggestion } = await import("@flagwright/schema");
  const project = readProject(requireRoot(io.cwd));
  const snapshot = fileSnapshot(project, name);
  if (snapshot === undefined)
    throw new Failure(`"${printable(name)}" is neither a snapshot (.json) nor an environment.`, {
      help: suggestion(name, project.config.environments),
    });
  return snapshot;
}

function parseContexts(text: string, name: string): readonly EvaluationContext[] {
  const values = text.trimStart().startsWith("[")
    ? (parseJson(text, name) as readonly unknown[])
    : text
        .split("\n")
        .map((line, index) => [line.trim(), index + 1] as const)
        .filter(([line]) => line !== "")
        .map(([line, number]) => parseJson(line, `${name}, line ${number},`));
  for (const [index, value] of values.entries())
    if (!isContext(value)) throw new Failure(`${name}: context ${index + 1} is no JSON object of attributes.`);
  return values as readonly EvaluationContext[];
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Failure(`${name} is not JSON: ${(error as Error).message}`);
  }
}

function parseExamples(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0 || number > 1000)
    throw new Failure("--examples is a number from 0 to 1000.");
  return number;
}

function print({ contexts, answers, changed, flags, segments }: Simulation, io: Io): void {
  const paint = paintFor(io, io.stdout);
  const share = answers === 0 ? 0 : (100 * changed) / answers;
  io.stdout.write(`${paint.bold(`${count(changed, "answer")} of ${answers.toLocaleString("en-US")} would change`)}`);
  io.stdout.write(paint.dim(` (${share.toFixed(2)} %, ${count(contexts, "context")})\n`));
  for (const { flag, changed, moves, examples } of flags) {
    io.stdout.write(
      `\n${paint.bold(printable(flag))}  ${changed.toLocaleString("en-US")} (${((100 * changed) / contexts).toFixed(2)} %)\n`,
    );
    for (const { from, to, contexts } of moves)
      io.stdout.write(
        `  ${printable(`${variantWords(from)} → ${variantWords(to)}`)}  ${contexts.toLocaleString("en-US")}\n`,
      );
    for (const { context, from, to } of examples)
      io.stdout.write(
        paint.dim(
          `  e.g. ${printable(JSON.stringify(context))}: ${printable(`${JSON.stringify(from?.value)} → ${JSON.stringify(to?.value)}`)}\n`,
        ),
      );
  }
  if (segments.length > 0) io.stdout.write("\n");
  for (const { segment, entered, left } of segments)
    io.stdout.write(
      `segment ${printable(segment)}: ${entered.toLocaleString("en-US")} enter, ${left.toLocaleString("en-US")} leave\n`,
    );
}

function variantWords(variant: Move["from"]): string {
  return variant === undefined ? "(no flag)" : (variant ?? "(default)");
}
