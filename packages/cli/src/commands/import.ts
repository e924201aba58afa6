import { existsSync } from "node:fs";
import { join } from "node:path";
import { Argument, Option } from "commander";
import type { Command } from "../command.ts";
import { importOpenFeature } from "../import/openfeature.ts";
import { readText } from "../io/read-text.ts";
import { printJson } from "../output/json.ts";
import { paintFor } from "../output/paint.ts";
import { count } from "../output/text.ts";
import { loadProject } from "../project/load-project.ts";
import { writeWhole } from "../project/write-file.ts";

interface Options {
  readonly kind: string;
  readonly owner?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

const importers = { openfeature: importOpenFeature } as const;

export const command: Command = {
  configure(subcommand, io) {
    subcommand
      .addArgument(new Argument("<format>", "where the flags come from").choices(Object.keys(importers)))
      .argument("<file>", "the manifest; - reads standard input")
      .addOption(
        new Option("--kind <kind>", "of the imported flags; the manifest does not say")
          .choices(["operational", "permission", "configuration"])
          .default("configuration"),
      )
      .option("--owner <name>", "of the imported flags")
      .option("-n, --dry-run", "say what would be written, and write nothing")
      .option("--json", "print what came of it as JSON")
      .addHelpText("after", "\nNo file is overwritten. What cannot be carried over is named, never guessed.");
    subcommand.action(async (format: keyof typeof importers, file: string, options: Options) => {
      const { root, project } = loadProject(io.cwd);
      const { flags, notes } = importers[format](await readText(file, io), options);
      const results = flags.map(({ path, content }) => {
        const place = `${project.config.flags}/${path}`;
        const isNew = !existsSync(join(root, place)) && !isDefined(project, path);
        if (isNew && options.dryRun !== true) writeWhole(join(root, place), content);
        return { path: place, isNew };
      });
      if (options.json === true) return printJson(io, { format: 1, files: results, notes });
      const paint = paintFor(io, io.stdout);
      const done = options.dryRun === true ? "would be written" : "written";
      for (const { path, isNew } of results)
        io.stdout.write(
          `${isNew ? paint.green("✓") : paint.dim("·")} ${path} ${paint.dim(isNew ? done : "is there already, kept as it is")}\n`,
        );
      for (const note of notes) io.stdout.write(`${paint.yellow("!")} ${note}\n`);
      const written = results.filter(({ isNew }) => isNew).length;
      io.stdout.write(`\n${count(written, "definition")} ${done}. Look at them with: flagwright lint\n`);
    });
  },
};

/** The same flag may lie in another folder or under another name. */
function isDefined({ definitions }: ReturnType<typeof loadProject>["project"], path: string): boolean {
  const [key = "", version = "1"] = path.replace(/\.yaml$/, "").split("@");
  return definitions.some(({ value }) => value.key === key && value.version === Number(version));
}
