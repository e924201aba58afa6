import { compile, explain, type Explanation, explanationLines } from "@flagwright/runtime";
import { regularExpressions } from "@flagwright/runtime/node";
import { addEnvironmentOption, addServerOptions } from "../api/session.ts";
import type { Command } from "../command.ts";
import { loadSnapshot, type SnapshotOptions } from "../evaluation/load-snapshot.ts";
import { parseAt, parseContext } from "../evaluation/parse-context.ts";
import { warnOfContext } from "../evaluation/warn-of-context.ts";
import { exitCodes } from "../exit-codes.ts";
import { Failure } from "../failure.ts";
import type { Io } from "../io/io.ts";
import { printJson } from "../output/json.ts";
import { paintFor } from "../output/paint.ts";
import { printable } from "../output/text.ts";

interface Options extends SnapshotOptions {
  readonly context: string;
  readonly at?: string;
  readonly json?: boolean;
}

export const command: Command = {
  configure(subcommand, io) {
    subcommand
      .argument("<flag>", "key of the flag")
      .option("-c, --context <json>", "attributes of whom or what it is explained for", "{}")
      .option("--snapshot <file>", "take this snapshot; - reads standard input")
      .option("--server", "take what the server has now, instead of the project's files")
      .option("--at <instant>", "explain as of then, such as 2027-01-31T00:00:00Z")
      .option("--json", "print the steps as JSON");
    addServerOptions(addEnvironmentOption(subcommand));
    subcommand.action(async (flag: string, options: Options) => {
      const context = parseContext(options.context);
      const at = options.at === undefined ? io.now() : parseAt(options.at);
      const { snapshot, project } = await loadSnapshot(options, io);
      const compiled = compile(snapshot, { regularExpressions });
      const explanation = explain(compiled, flag, context, at, { regularExpressions });
      if (explanation.outcome?.errorCode !== undefined) io.exitCode = exitCodes.usage;
      if (explanation.outcome === undefined) {
        const { suggestion } = await import("@flagwright/schema");
        const keys = compiled.snapshot.flags.map(({ key }) => key);
        throw new Failure(`There is no flag "${printable(flag)}".`, { help: suggestion(flag, keys) });
      }
      await warnOfContext(project, flag, context, io);
      if (options.json === true) printJson(io, explanation);
      else print(explanation, io);
    });
  },
};

function print(explanation: Explanation, io: Io): void {
  const paint = paintFor(io, io.stdout);
  const lines = explanationLines(explanation).map(printable);
  const answer = lines.at(-1) ?? "";
  for (const line of lines.slice(0, -1)) {
    const [mark = ""] = line.trimStart();
    const color = mark === "✓" || mark === "→" ? paint.green : mark === "✗" ? paint.red : paint.yellow;
    io.stdout.write(`${line.replace(mark, color(mark))}\n`);
  }
  io.stdout.write(`\n${paint.bold(answer)}\n`);
}
