import { existsSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { Option } from "commander";
import { diagnosticsJson, lintProject, type Diagnostic, type Project } from "@flagwright/schema";
import type { Command } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import type { Io } from "../io/io.ts";
import { printDiagnostics } from "../output/diagnostics.ts";
import { githubAnnotations } from "../output/github-annotations.ts";
import { paintFor } from "../output/paint.ts";
import { count } from "../output/text.ts";
import { applyFixes } from "../project/apply-fixes.ts";
import { loadProject } from "../project/load-project.ts";

interface Options {
  readonly format: "text" | "json" | "github";
  readonly json?: boolean;
  readonly fix?: boolean;
  readonly strict?: boolean;
}

export const command: Command = {
  configure(lint, io) {
    lint
      .addOption(new Option("--format <format>", "how to print").choices(["text", "json", "github"]).default("text"))
      .option("--json", "the same as --format json")
      .option("--fix", "mend what can be mended without a decision")
      .option("--strict", "end with code 1 for warnings too");
    lint.action((options: Options) => {
      let { root, project } = loadProject(io.cwd);
      const today = new Date(io.now()).toISOString().slice(0, 10);
      let found = lintProject(project, { today });
      if (options.fix === true && applyFixes(root, project, found, io) > 0) {
        ({ root, project } = loadProject(io.cwd));
        found = lintProject(project, { today });
      }
      print(found, project, root, options, io);
      const fails = found.some(
        ({ severity }) => severity === "error" || (options.strict === true && severity === "warning"),
      );
      if (fails) io.exitCode = exitCodes.findings;
    });
  },
};

function print(found: readonly Diagnostic[], project: Project, root: string, { format, json }: Options, io: Io): void {
  if (json === true || format === "json") io.stdout.write(diagnosticsJson(found));
  else if (format === "github") io.stdout.write(githubAnnotations(found, placeInRepository(root)));
  else if (found.length > 0) printDiagnostics(found, project, io, io.stdout);
  else {
    const { definitions, segments, environments } = project;
    const parts = [
      count(definitions.length, "flag"),
      ...(segments.length > 0 ? [count(segments.length, "segment")] : []),
      ...(environments.length > 0 ? [count(environments.length, "environment file")] : []),
    ];
    io.stdout.write(`${paintFor(io, io.stdout).green("✓")} ${parts.join(", ")}: nothing to object to\n`);
  }
}

/** GitHub counts paths from the repository's root, which may be above the project's. */
function placeInRepository(root: string): string {
  for (let folder = root; folder !== dirname(folder); folder = dirname(folder))
    if (existsSync(join(folder, ".git"))) return relative(folder, root).split(sep).join("/");
  return "";
}
