import { addServerOptions, withServer, type ServerOptions } from "../api/session.ts";
import type { Command } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import type { Io } from "../io/io.ts";
import { errorsOf, printDiagnostics } from "../output/diagnostics.ts";
import { printJson } from "../output/json.ts";
import { paintFor } from "../output/paint.ts";
import { count, printable } from "../output/text.ts";
import { loadProject } from "../project/load-project.ts";
import { pushable, pushProject, type Pushed } from "../project/push-project.ts";

interface Options extends ServerOptions {
  readonly dryRun?: boolean;
  readonly prune?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

export const command: Command = {
  configure(push, io) {
    push
      .option("-n, --dry-run", "say what would change, and change nothing")
      .option("--prune", "archive the flags that the folder no longer has; their history is kept")
      .option("--force", "do it although live clients could not read what they would get")
      .option("--json", "print the answer as JSON");
    addServerOptions(push);
    push.addHelpText("after", "\nAll definitions arrive, or none.");
    push.action(async (options: Options) => {
      const { project } = loadProject(io.cwd);
      const errors = errorsOf(project);
      if (errors.length > 0) {
        printDiagnostics(errors, project, io, io.stderr);
        io.exitCode = exitCodes.findings;
        return;
      }
      await withServer(options, io, async ({ api, connection, project: key }) => {
        const pushed = await pushProject(api, key, pushable(project), {
          dryRun: options.dryRun === true,
          prune: options.prune === true,
          force: options.force === true,
        });
        if (options.json === true) return printJson(io, { ...pushed.answer, environments: pushed.environments });
        report(pushed, `${key} at ${connection.url}`, io);
      });
    });
  },
};

function report({ answer, environments }: Pushed, where: string, io: Io): void {
  const paint = paintFor(io, io.stdout);
  const { added, changed, unchanged, archived, untouched, dryRun } = answer;
  const total = added.length + changed.length + unchanged.length;
  const done = dryRun ? "would be pushed" : "pushed";
  io.stdout.write(`${paint.green("✓")} ${count(total, "definition")} ${done} to ${where}\n`);
  const lines: readonly (readonly [string, readonly string[], (text: string) => string])[] = [
    ["environments", environments, paint.green],
    ["added", added, paint.green],
    ["changed", changed, paint.yellow],
    ["archived", archived, paint.red],
  ];
  for (const [what, keys, color] of lines)
    if (keys.length > 0) io.stdout.write(`  ${color(what.padEnd(12))}  ${listed(keys)}\n`);
  if (untouched.length > 0)
    io.stdout.write(
      `  ${paint.yellow("only there".padEnd(12))}  ${listed(untouched)} ${paint.dim("(--prune archives them)")}\n`,
    );
  if (unchanged.length > 0)
    io.stdout.write(`  ${paint.dim("unchanged".padEnd(12))}  ${unchanged.length.toLocaleString("en-US")}\n`);
}

function listed(keys: readonly string[]): string {
  const words = keys.slice(0, LISTED).map(printable);
  return keys.length > LISTED ? `${words.join(", ")} and ${keys.length - LISTED} more` : words.join(", ");
}

/** More keys than this do not help anybody; --json has them all. */
const LISTED = 20;
