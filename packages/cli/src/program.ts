import { Command as Commander, CommanderError, type OutputConfiguration } from "commander";
import { commands } from "./commands/commands.ts";
import { exitCodes } from "./exit-codes.ts";
import { Failure } from "./failure.ts";
import type { Io } from "./io/io.ts";
import { paintFor } from "./output/paint.ts";
import { printFailure } from "./output/failure.ts";
import { version } from "./version.ts";

/**
 * Runs one command line, `argv` being what follows the program's name. Sets `io.exitCode`; never throws for what a
 * user did.
 */
export async function run(argv: readonly string[], io: Io): Promise<void> {
  // Known before anything is parsed, since parsing may fail and print.
  io.plain = argv.includes("--no-color");
  try {
    const program = await createProgram(argv, io);
    await program.parseAsync([...argv], { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has printed it, help included.
      io.exitCode = error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
      return;
    }
    io.exitCode = error instanceof Failure ? error.exitCode : exitCodes.usage;
    printFailure(error, io);
  }
}

/** The program with every command's name and summary, and all of the one that `argv` calls. */
async function createProgram(argv: readonly string[], io: Io): Promise<Commander> {
  const program = new Commander("flagwright")
    .description("Feature flags with a type system.")
    .version(version(), "-v, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .helpCommand("help [command]", "print help for a command")
    .configureOutput(outputOf(io))
    .configureHelp({ styleTitle: (title) => paintFor(io, io.stdout).bold(title), showGlobalOptions: false })
    .exitOverride()
    .showHelpAfterError(false)
    .enablePositionalOptions();
  program.option("--no-color", "print without colors (NO_COLOR does the same)");
  const called = calledCommand(argv);
  if (argv[0] === "help" && called !== undefined && commands.every(({ name }) => name !== called) && called !== "help")
    throw new Failure(`unknown command '${called}'`, { help: "flagwright --help lists the commands." });
  for (const { name, group, summary, load } of commands) {
    const subcommand = program.command(name).summary(summary).helpGroup(`${group}:`).copyInheritedSettings(program);
    if (name !== called) continue;
    subcommand.description(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`);
    (await load()).command.configure(subcommand, io);
    subcommand.option("--no-color", "print without colors");
  }
  program.addHelpText("after", "\nflagwright help COMMAND tells more of one. Start with: flagwright init");
  if (argv.length === 0) program.help();
  return program;
}

/** The first word that is not an option; after `help`, the one that it asks about. */
function calledCommand(argv: readonly string[]): string | undefined {
  const [first, second] = argv.filter((word) => !word.startsWith("-"));
  return first === "help" ? second : first;
}

function outputOf(io: Io): OutputConfiguration {
  return {
    writeOut: (text) => void io.stdout.write(text),
    writeErr: (text) => void io.stderr.write(text),
    outputError: (text, write) => {
      const paint = paintFor(io, io.stderr);
      write(`${paint.red("error")} ${text.replace(/^error: /, "")}`);
    },
    getOutHelpWidth: () => io.stdout.columns ?? HELP_WIDTH,
    getErrHelpWidth: () => io.stderr.columns ?? HELP_WIDTH,
    getOutHasColors: () => paintFor(io, io.stdout).isColorSupported,
    getErrHasColors: () => paintFor(io, io.stderr).isColorSupported,
  };
}

/** Where nobody says how wide the page is. */
const HELP_WIDTH = 100;
