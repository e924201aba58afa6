import { join } from "node:path";
import { bumpVersion, suggestion, wireKey } from "@flagwright/schema";
import { gitSides } from "../check/git-sides.ts";
import type { Command } from "../command.ts";
import { Failure } from "../failure.ts";
import { printJson } from "../output/json.ts";
import { paintFor } from "../output/paint.ts";
import { printable } from "../output/text.ts";
import { loadProject } from "../project/load-project.ts";
import { readIfThere, writeWhole } from "../project/write-file.ts";

interface Options {
  readonly restore?: string;
  readonly json?: boolean;
}

export const command: Command = {
  configure(bump, io) {
    bump
      .argument("<flag>", "key of the flag; with @version, the version to start from")
      .option("--restore <commit>", "put the old version back as it was there, so that only the new one has the change")
      .option("--json", "print what was written as JSON");
    bump.action(async (flag: string, options: Options) => {
      const { root, project } = loadProject(io.cwd);
      const bumped = bumpVersion(project, flag);
      if (bumped === undefined)
        throw new Failure(`There is no flag ${JSON.stringify(flag)} that can be read.`, {
          help:
            suggestion(
              flag,
              project.definitions.map(({ value }) => wireKey(value)),
            ) ?? "`flagwright lint` shows what is wrong.",
        });
      if (readIfThere(join(root, bumped.path)) !== undefined)
        throw new Failure(`${bumped.path} exists already.`, {
          help: "Give that file the version in its name, or move it away.",
        });
      const old = options.restore === undefined ? undefined : await textAt(root, options.restore, flag);
      writeWhole(join(root, bumped.path), bumped.text);
      if (old !== undefined) writeWhole(join(root, bumped.from), old);
      const restored = old === undefined ? null : bumped.from;
      if (options.json === true)
        return printJson(io, { key: bumped.key, path: bumped.path, from: bumped.from, restored });
      const paint = paintFor(io, io.stdout);
      io.stdout.write(
        `${paint.green("✓")} ${paint.bold(bumped.key)} in ${printable(bumped.path)}, made from ${printable(bumped.from)}\n`,
      );
      if (restored !== null)
        io.stdout.write(`  ${printable(restored)} is as it was at ${printable(options.restore ?? "")}\n`);
      io.stdout.write("  Change the new file; deployed clients stay with the old one.\n");
    });
  },
};

async function textAt(root: string, commit: string, flag: string): Promise<string> {
  const { previous, previousFiles } = await gitSides(root, commit);
  const before = previous.definitions.find(({ value }) => wireKey(value) === flag);
  const text = before && previousFiles.get(before.file);
  if (text === undefined)
    throw new Failure(`${flag} is not different at ${commit}, so there is nothing to restore.`, {
      help: "Leave out --restore.",
    });
  return text;
}
