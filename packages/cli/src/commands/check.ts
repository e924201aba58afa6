import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { Option } from "commander";
import {
  checkGithub,
  checkJson,
  checkJunit,
  checkMarkdown,
  checkSarif,
  checkText,
  compareProjects,
  CONFIG_FILE,
  type CheckReport,
  type CompatibilityMode,
} from "@flagwright/schema";
import { addServerOptions, withServer, type ServerOptions } from "../api/session.ts";
import { readDeployed } from "../check/deployed.ts";
import { fixBreaks } from "../check/fix-breaks.ts";
import { folderSides } from "../check/folder-sides.ts";
import { gitSides } from "../check/git-sides.ts";
import { outdatedOutputs } from "../check/guard.ts";
import { serverSides } from "../check/server-sides.ts";
import type { Sides } from "../check/sides.ts";
import { unreadable } from "../check/unreadable.ts";
import type { Scope } from "../check/wanting.ts";
import type { Command } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { Failure } from "../failure.ts";
import { gitLine } from "../git/git.ts";
import type { Io } from "../io/io.ts";
import { printDiagnostics } from "../output/diagnostics.ts";
import { paintFor } from "../output/paint.ts";
import { count, printable } from "../output/text.ts";
import { requireRoot } from "../project/root.ts";

type Format = "text" | "json" | "markdown" | "github" | "sarif" | "junit";

interface Options extends ServerOptions {
  readonly against?: string;
  readonly deployed?: string;
  readonly mode?: CompatibilityMode;
  readonly format: Format;
  readonly json?: boolean;
  readonly fix?: boolean;
  readonly ci?: boolean;
}

const printers: { readonly [format in Exclude<Format, "text">]: (report: CheckReport) => string } = {
  json: checkJson,
  markdown: checkMarkdown,
  github: checkGithub,
  sarif: checkSarif,
  junit: checkJunit,
};

export const command: Command = {
  configure(check, io) {
    check
      .option(
        "-a, --against <what>",
        "branch, tag, commit, folder, or `server` (default: the branch this one came from)",
      )
      .option(
        "--deployed <environment>",
        "check what this environment of the server has stored and which clients read it, too",
      )
      .addOption(
        new Option("--mode <mode>", "whose breaks fail, instead of what flagwright.yaml says").choices([
          "backward",
          "forward",
          "full",
          "none",
        ]),
      )
      .addOption(
        new Option("--format <format>", "how to print")
          .choices(["text", "json", "markdown", "github", "sarif", "junit"])
          .default("text"),
      )
      .option("--json", "the same as --format json")
      .option("--fix", "make new versions of flags whose breaks that mends")
      .option("--ci", "fail, too, on generated files out of date, flags long expired and suppressions run out");
    addServerOptions(check);
    check.addHelpText("after", "\nExit codes: 0 clean, 1 breaking, 2 could not check, 3 undecided.");
    check.action(async (options: Options) => {
      const root = requireRoot(io.cwd);
      const sides = await sidesOf(root, options, io);
      const broken = unreadable(sides.current);
      if (broken.length > 0) {
        printDiagnostics(broken, sides.current, io, io.stderr);
        throw new Failure("The definitions cannot be read, so there is nothing to compare.", {
          help: "Mend what is above; `flagwright lint` shows all of it.",
        });
      }
      const { deployed: environment } = options;
      const deployed =
        environment === undefined
          ? undefined
          : await withServer(options, io, ({ api, project }) => readDeployed(api, { project, environment }));
      for (const gap of deployed?.gaps ?? [])
        io.stderr.write(`${paintFor(io, io.stderr).yellow("note")} ${printable(gap)}\n`);
      const report = compareProjects(sides.previous, sides.current, {
        today: new Date(io.now()).toISOString().slice(0, 10),
        against: sides.against,
        ...(deployed === undefined ? {} : { stored: deployed.stored, readers: deployed.readers }),
        earlier: sides.earlier,
        expiries: sides.expiries,
        ...(options.mode === undefined ? {} : { mode: options.mode }),
      });
      const format = options.json === true ? "json" : options.format;
      io.stdout.write(format === "text" ? checkText(report, paintFor(io, io.stdout)) : printers[format](report));
      const isGuarded = options.ci === true && sides.current.config.generate.length > 0;
      const outdated = isGuarded ? await outdatedOutputs(root, io.now) : [];
      for (const path of outdated)
        io.stderr.write(`${path} is not what the definitions make. Run: flagwright generate\n`);
      if (options.fix === true) fix(root, report, sides, io);
      if (report.result === "breaking" || outdated.length > 0) io.exitCode = exitCodes.findings;
      else if (report.result === "undecided") io.exitCode = exitCodes.undecided;
    });
  },
};

async function sidesOf(root: string, options: Options, io: Io): Promise<Sides> {
  const against = options.against ?? (await defaultAgainst(root, io));
  if (against === "server") return withServer(options, io, ({ api, project }) => serverSides(root, api, project));
  const scope: Scope = {
    whole: options.deployed !== undefined,
    ...(options.ci === true ? { guardedOn: new Date(io.now()).toISOString().slice(0, 10) } : {}),
  };
  const folder = resolve(io.cwd, against);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    if (!existsSync(join(folder, CONFIG_FILE)))
      throw new Failure(`The folder ${against} has no ${CONFIG_FILE}.`, {
        help: "Give the root of a copy of the project. For a branch of that name write refs/heads/" + against,
      });
    return folderSides(root, folder, scope);
  }
  return gitSides(root, against, scope);
}

/** What a pull request is going into; else where the remote's branches come together; else the last commit. */
async function defaultAgainst(root: string, { env }: Io): Promise<string> {
  const base = env["GITHUB_BASE_REF"] ?? env["CI_MERGE_REQUEST_TARGET_BRANCH_NAME"] ?? "";
  if (base !== "") return `origin/${base}`;
  const head = await gitLine(root, ["symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD"]);
  return head === undefined || head === "" ? "HEAD" : head;
}

function fix(root: string, report: CheckReport, sides: Sides, io: Io): void {
  const fixed = fixBreaks(root, report, sides);
  for (const { key, path, restored } of fixed) {
    io.stderr.write(`${key} is the new version, in ${printable(path)}.\n`);
    if (restored !== undefined) io.stderr.write(`${printable(restored)} is as it was.\n`);
  }
  if (fixed.length > 0) io.stderr.write(`Made ${count(fixed.length, "new version")}; check again.\n`);
}
