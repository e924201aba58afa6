import { compile } from "@flagwright/runtime";
import { regularExpressions } from "@flagwright/runtime/node";
import type { EvaluationDetails } from "@flagwright/runtime";
import { addEnvironmentOption, addServerOptions } from "../api/session.ts";
import type { Command } from "../command.ts";
import { answer } from "../evaluation/answer.ts";
import { evaluateBatch } from "../evaluation/batch.ts";
import { loadSnapshot, type SnapshotOptions } from "../evaluation/load-snapshot.ts";
import { parseAt, parseContext } from "../evaluation/parse-context.ts";
import { warnOfContext } from "../evaluation/warn-of-context.ts";
import { exitCodes } from "../exit-codes.ts";
import { Failure } from "../failure.ts";
import type { Io } from "../io/io.ts";
import { printJson } from "../output/json.ts";
import { paintFor } from "../output/paint.ts";
import { count, printable } from "../output/text.ts";
import { valueWords } from "../state/words.ts";

interface Options extends SnapshotOptions {
  readonly flag?: string;
  readonly context: string;
  readonly at?: string;
  readonly batch?: boolean;
  readonly json?: boolean;
}

export const command: Command = {
  configure(evaluate, io) {
    evaluate
      .argument("[flag]", "key of the flag")
      .option("-f, --flag <key>", "the same, named")
      .option("-c, --context <json>", "attributes of whom or what it is evaluated for", "{}")
      .option("--snapshot <file>", "take this snapshot; - reads standard input")
      .option("--server", "take what the server has now, instead of the project's files")
      .option("--at <instant>", "evaluate as of then, such as 2027-01-31T00:00:00Z")
      .option("--batch", 'answer each line of standard input: {"flag", "context", "at"?}')
      .option("--json", "print the details as JSON");
    addServerOptions(addEnvironmentOption(evaluate));
    evaluate.action(async (argument: string | undefined, options: Options) => {
      if (argument !== undefined && options.flag !== undefined)
        throw new Failure("The flag is given twice, as an argument and with --flag.", {
          help: "Leave one of them out.",
        });
      const asked = argument ?? options.flag;
      if (options.batch === true && asked !== undefined)
        throw new Failure("With --batch, standard input names the flags.", { help: `Leave out ${printable(asked)}.` });
      if (options.batch !== true && asked === undefined)
        throw new Failure("Say which flag: its key, or --batch for many on standard input.");
      if (options.batch === true && options.snapshot === "-")
        throw new Failure("Standard input cannot be the snapshot and the batch at once.");
      const context = parseContext(options.context);
      const at = options.at === undefined ? io.now() : parseAt(options.at);
      const { snapshot, project } = await loadSnapshot(options, io);
      const compiled = compile(snapshot, { regularExpressions });
      if (options.batch === true) {
        if (io.stdin.isTTY === true)
          io.stderr.write('One question a line, such as {"flag":"…","context":{}}. End with Ctrl-D.\n');
        const broken = await evaluateBatch(compiled, io);
        if (broken > 0)
          throw new Failure(`${count(broken, "line")} could not be read; each has its reason in its place.`);
        return;
      }
      const flag = asked ?? "";
      await warnOfContext(project, flag, context, io);
      const details = answer(compiled, flag, context, at);
      if (details.errorCode !== undefined) io.exitCode = exitCodes.usage;
      if (options.json === true) return printJson(io, details);
      if (details.errorCode === "FLAG_NOT_FOUND") {
        const { suggestion } = await import("@flagwright/schema");
        const keys = compiled.snapshot.flags.map(({ key }) => key);
        throw new Failure(`There is no flag "${printable(flag)}".`, { help: suggestion(flag, keys) });
      }
      print(details, io);
    });
  },
};

function print(details: EvaluationDetails, io: Io): void {
  const paint = paintFor(io, io.stdout);
  const { value, variant, reason, ruleId, errorCode, errorMessage } = details;
  const because = [
    ...(variant === undefined ? [] : [`variant ${printable(variant)}`]),
    reason,
    ...(ruleId === undefined ? [] : [`rule ${printable(ruleId)}`]),
    ...(errorCode === undefined ? [] : [`${errorCode}: ${printable(errorMessage ?? "")}`]),
  ];
  io.stdout.write(`${paint.bold(valueWords(value))}  ${paint.dim(because.join(", "))}\n`);
}
