import { resolve } from "node:path";
import { suggestion, wireKey, type FlagDefinition } from "@flagwright/schema";
import type { Command } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { Failure } from "../failure.ts";
import type { Io } from "../io/io.ts";
import { errorsOf, printDiagnostics } from "../output/diagnostics.ts";
import { printJson } from "../output/json.ts";
import { paintFor } from "../output/paint.ts";
import { count, printable } from "../output/text.ts";
import { loadProject } from "../project/load-project.ts";
import { projectReferences } from "../references/project-references.ts";
import type { Reference } from "../references/reference.ts";

interface Options {
  readonly tsconfig?: string;
  readonly json?: boolean;
}

export const command: Command = {
  configure(refs, io) {
    refs
      .argument("[flag]", "only this one")
      .option("--tsconfig <file>", "whose paths the imports go by (default: tsconfig.json at the root)")
      .option("--json", "print JSON")
      .addHelpText(
        "after",
        "\nEnds with code 1 when a flag is used as if it were its value (!flag, `${flag}`), which TypeScript lets through.",
      );
    refs.action(async (key: string | undefined, options: Options) => {
      const loaded = loadProject(io.cwd);
      const errors = errorsOf(loaded.project);
      if (errors.length > 0) {
        printDiagnostics(errors, loaded.project, io, io.stderr);
        io.exitCode = exitCodes.findings;
        return;
      }
      const definitions = chosen(
        loaded.project.definitions.map(({ value }) => value),
        key,
      );
      const tsconfig = options.tsconfig === undefined ? undefined : resolve(io.cwd, options.tsconfig);
      const keys = new Set(definitions.map(wireKey));
      const references = (await projectReferences(loaded, tsconfig)).filter(({ flag }) => keys.has(flag));
      const misuses = references.filter(({ kind }) => kind === "misuse");
      if (misuses.length > 0) io.exitCode = exitCodes.findings;
      const byFlag = new Map([...keys].map((flag) => [flag, references.filter((each) => each.flag === flag)]));
      if (options.json === true) {
        const flags = [...keys].map((flag) => ({ flag, references: byFlag.get(flag) ?? [] }));
        return printJson(io, { format: 1, flags });
      }
      print([...keys], byFlag, io);
      printMisuses(misuses, io);
    });
  },
};

/** A bare key means all versions. */
function chosen(definitions: readonly FlagDefinition[], key: string | undefined): readonly FlagDefinition[] {
  if (key === undefined) return definitions;
  const found = definitions.filter((definition) => definition.key === key || wireKey(definition) === key);
  if (found.length === 0)
    throw new Failure(`There is no flag "${printable(key)}".`, { help: suggestion(key, definitions.map(wireKey)) });
  return found;
}

function print(keys: readonly string[], byFlag: ReadonlyMap<string, readonly Reference[]>, io: Io): void {
  const paint = paintFor(io, io.stdout);
  for (const key of keys) {
    const references = byFlag.get(key) ?? [];
    if (references.length === 0) {
      io.stdout.write(`${paint.bold(key)}  ${paint.yellow("not used")}\n`);
      continue;
    }
    const files = new Set(references.map(({ file }) => file)).size;
    io.stdout.write(
      `${paint.bold(key)}  ${paint.dim(`${count(references.length, "use")} in ${count(files, "file")}`)}\n`,
    );
    const width = Math.max(...references.map((reference) => placeOf(reference).length));
    for (const reference of references)
      io.stdout.write(
        `  ${placeOf(reference).padEnd(width)}  ${reference.kind === "misuse" ? paint.red("misuse") : paint.dim(reference.kind.padEnd(6))}  ${printable(reference.text).slice(0, MAX_TEXT)}\n`,
      );
  }
}

function printMisuses(misuses: readonly Reference[], io: Io): void {
  const paint = paintFor(io, io.stderr);
  for (const misuse of misuses)
    io.stderr.write(`\n${paint.red("error")} ${printable(misuse.problem ?? "")}\n  ${placeOf(misuse)}\n`);
  if (misuses.length > 0) io.stderr.write(`\n${count(misuses.length, "flag is", "flags are")} used without a call.\n`);
}

function placeOf({ file, line, column }: Reference): string {
  return `${file}:${line}:${column}`;
}

/** A longer line of code is cut. */
const MAX_TEXT = 100;
