import { appendFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "../command.ts";
import { Failure } from "../failure.ts";
import type { Io } from "../io/io.ts";
import { paintFor } from "../output/paint.ts";
import { ask } from "../project/new-project/ask.ts";
import { detect } from "../project/new-project/detect.ts";
import { IGNORED, newProjectFiles } from "../project/new-project/files.ts";
import { PROJECT_FILE } from "../project/root.ts";
import { readIfThere, writeWhole } from "../project/write-file.ts";

interface Options {
  readonly yes?: boolean;
}

export const command: Command = {
  configure(init, io) {
    init.option("-y, --yes", "ask nothing, take what the folder suggests");
    init.addHelpText(
      "after",
      "\nWrites flagwright.yaml, an example flag and a line for .gitignore. It never overwrites a file.",
    );
    init.action(async (options: Options) => {
      if (existsSync(join(io.cwd, PROJECT_FILE)))
        throw new Failure(`This folder has a ${PROJECT_FILE} already.`, {
          help: "See what is in it with: flagwright lint",
        });
      const detected = detect(io.cwd);
      const asks = options.yes !== true && io.stdin.isTTY === true && io.stdout.isTTY === true;
      const answers = asks ? await ask(detected, io) : detected;
      if (asks) io.stdout.write("\n");
      const files = newProjectFiles({ ...answers, importExtension: detected.importExtension, now: io.now() });
      const lines = [...files].map(([path, content]) => write(io, path, content));
      report([...lines, ignore(io)], io);
    });
  },
};

interface Line {
  readonly path: string;
  readonly done: "written" | "kept as it is";
}

function write(io: Io, path: string, content: string): Line {
  if (existsSync(join(io.cwd, path))) return { path, done: "kept as it is" };
  writeWhole(join(io.cwd, path), content);
  return { path, done: "written" };
}

function ignore(io: Io): Line {
  const path = join(io.cwd, ".gitignore");
  const text = readIfThere(path) ?? "";
  const known = text.split(/\r?\n/).some((line) => /^\/?\.flagwright\/?$/.test(line.trim()));
  if (known) return { path: ".gitignore", done: "kept as it is" };
  appendFileSync(path, `${text === "" || text.endsWith("\n") ? "" : "\n"}${IGNORED}\n`);
  return { path: ".gitignore", done: "written" };
}

function report(lines: readonly Line[], io: Io): void {
  const paint = paintFor(io, io.stdout);
  const width = Math.max(...lines.map(({ path }) => path.length));
  for (const { path, done } of lines)
    io.stdout.write(
      `${done === "written" ? paint.green("✓") : paint.dim("·")} ${path.padEnd(width)}  ${paint.dim(done)}\n`,
    );
  io.stdout.write(
    `\nNext:\n` +
      `  flagwright generate   ${paint.dim("make the typed getters")}\n` +
      `  flagwright dev        ${paint.dim("run a server, and generate and push on every change")}\n`,
  );
}
