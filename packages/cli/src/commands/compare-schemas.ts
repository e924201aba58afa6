import { createInterface } from "node:readline";
import { once } from "node:events";
import { compareLine, compareSchemaTexts, SchemaError, type Comparison, type Verdict } from "@flagwright/schema";
import type { Command } from "../command.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import { Failure } from "../failure.ts";
import type { Io } from "../io/io.ts";
import { readText } from "../io/read-text.ts";
import { printJson } from "../output/json.ts";
import { paintFor, type Paint } from "../output/paint.ts";
import { printable } from "../output/text.ts";

interface Options {
  readonly json?: boolean;
  readonly batch?: boolean;
}

/** A witness is cut off on a terminal; `--json` has all of it. */
const maximumShown = 400;

export const command: Command = {
  configure(compare, io) {
    compare
      .argument("[previous]", "file with the JSON Schema as it was; - reads standard input")
      .argument("[current]", "file with the JSON Schema as it is")
      .option("--json", "print the verdicts as JSON")
      .option("--batch", 'answer each line of standard input: {"id", "previous", "current"}');
    compare.addHelpText(
      "after",
      "\nExit code 0: both accept the same values. 1: one accepts a value that the other refuses; it is shown." +
        "\n2: a file cannot be read or is no JSON Schema. 3: undecided. With --batch, 0 when every line has its answer.",
    );
    compare.action(async (previous: string | undefined, current: string | undefined, options: Options) => {
      if (options.batch === true) {
        if (previous !== undefined) throw new Failure("With --batch, the schemas come from standard input.");
        return answerBatch(io);
      }
      if (previous === undefined || current === undefined) {
        throw new Failure("Say which schemas: two files, or --batch for many on standard input.");
      }
      if (previous === "-" && current === "-") throw new Failure("Standard input cannot be both schemas.");
      const comparison = compareTexts(await readText(previous, io), await readText(current, io));
      io.exitCode = exitCodeOf(comparison);
      if (options.json === true) return printJson(io, comparison);
      print(comparison, io);
    });
  },
};

/** One line in, one line out, in order; reads no faster than its answers are taken. */
async function answerBatch(io: Io): Promise<void> {
  for await (const line of createInterface({ input: io.stdin, crlfDelay: Infinity })) {
    if (line.trim() === "") continue;
    if (!io.stdout.write(`${compareLine(line)}\n`)) await once(io.stdout, "drain");
  }
}

function compareTexts(previous: string, current: string): Comparison {
  try {
    return compareSchemaTexts(previous, current);
  } catch (error) {
    if (error instanceof SchemaError) throw new Failure(error.message);
    throw error;
  }
}

function exitCodeOf({ previousInCurrent, currentInPrevious }: Comparison): ExitCode {
  const answers = [previousInCurrent.answer, currentInPrevious.answer];
  if (answers.includes("no")) return exitCodes.findings;
  return answers.includes("unknown") ? exitCodes.undecided : exitCodes.ok;
}

function print({ previousInCurrent, currentInPrevious }: Comparison, io: Io): void {
  const paint = paintFor(io, io.stdout);
  io.stdout.write(describe(previousInCurrent, "every value allowed before is allowed now", "no longer allowed", paint));
  io.stdout.write(describe(currentInPrevious, "every value allowed now was allowed before", "newly allowed", paint));
}

function describe(verdict: Verdict, claim: string, change: string, paint: Paint): string {
  switch (verdict.answer) {
    case "yes":
      return `${paint.green("yes")}      ${claim}\n`;
    case "no": {
      const { witnessText: text } = verdict;
      const shown = text.length > maximumShown ? `${text.slice(0, maximumShown)}… (${text.length} characters)` : text;
      return `${paint.red("no")}       ${claim}\n         ${change}: ${paint.bold(printable(shown))}\n`;
    }
    case "unknown": {
      const { path, why, rewrite } = verdict.reason;
      const where = path === "" ? "" : ` (at ${printable(path)})`;
      return `${paint.yellow("unknown")}  ${claim}\n         ${printable(why)}${where} ${rewrite}\n`;
    }
  }
}
