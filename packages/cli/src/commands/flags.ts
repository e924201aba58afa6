import { addEnvironmentOption, addServerOptions, withEnvironment, type ServerOptions } from "../api/session.ts";
import type { FlagResource } from "../api/resources.ts";
import type { Command } from "../command.ts";
import type { Io } from "../io/io.ts";
import { printJson } from "../output/json.ts";
import { paintFor, type Paint } from "../output/paint.ts";
import { table, type Cell } from "../output/table.ts";
import { count, printable } from "../output/text.ts";
import { flagSheet } from "../state/flag-sheet.ts";
import { serveWords } from "../state/words.ts";

interface Options extends ServerOptions {
  readonly json?: boolean;
}

export const command: Command = {
  configure(flags, io) {
    flags.argument("[flag]", "one flag, in full").option("--json", "print JSON");
    addServerOptions(addEnvironmentOption(flags));
    flags.action((key: string | undefined, options: Options) =>
      withEnvironment(options, io, async ({ api, at }) => {
        if (key !== undefined) {
          const flag = await api.flag(at, key);
          if (options.json === true) printJson(io, flag);
          else io.stdout.write(flagSheet(flag, paintFor(io, io.stdout)));
          return;
        }
        const page = await api.flags(at);
        if (options.json === true) printJson(io, page);
        else printTable(page.items, `${at.project}, ${at.environment}, revision ${page.revision}`, io);
      }),
    );
  },
};

function printTable(flags: readonly FlagResource[], where: string, io: Io): void {
  const paint = paintFor(io, io.stdout);
  if (flags.length === 0) {
    io.stdout.write(`There is no flag yet (${where}).\nSend the folder's definitions with: flagwright push\n`);
    return;
  }
  const columns = ["flag", "state", "otherwise", "rules", "owner", "expires"].map((title) => ({ title }));
  io.stdout.write(
    table(
      columns,
      flags.map((flag) => row(flag, paint)),
      paint.dim,
    ),
  );
  io.stdout.write(paint.dim(`\n${count(flags.length, "flag")} (${where})\n`));
}

function row(flag: FlagResource, paint: Paint): readonly Cell[] {
  const { state, definition, killed } = flag;
  const rules = state.rules.length + state.targets.length;
  return [
    { text: flag.key, paint: paint.bold },
    killed === undefined
      ? { text: state.on ? "on" : "off", paint: state.on ? paint.green : paint.dim }
      : { text: "killed", paint: paint.red },
    { text: serveWords(state.otherwise) },
    { text: rules === 0 ? "–" : String(rules) },
    { text: printable(definition.owner ?? "–") },
    { text: definition.expires ?? "–" },
  ];
}
