import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { during, run, step } from "./stranger.ts";

/** The commands of a guide, in order: those before there is a server, and those that need one. */
export interface GuideCommands {
  readonly before: readonly string[];
  readonly withServer: readonly string[];
}

/** Takes the lines of the `sh` blocks that a comment `<!-- run -->` or `<!-- run with server -->` marks. */
export function guideCommands(markdown: string): GuideCommands {
  const blocks = [...markdown.matchAll(/<!-- run( with server)? -->\n+```sh\n([^]*?)```/g)];
  const lines = (withServer: boolean): readonly string[] =>
    blocks
      .filter((block) => (block[1] !== undefined) === withServer)
      .flatMap((block) => (block[2] ?? "").split("\n").filter((line) => line !== ""));
  return { before: lines(false), withServer: lines(true) };
}

/** Does what the getting-started guide says, in an empty folder below an app that has the packages installed. */
export async function followGuide(app: string, guide: string): Promise<void> {
  const { before, withServer } = guideCommands(readFileSync(guide, "utf8"));
  if (before.length === 0 || withServer.length === 0)
    throw new Error(`${guide} has no commands that are marked to run.`);
  const folder = join(app, "guide");
  mkdirSync(folder);
  const bin = join(app, "node_modules/.bin");
  const follow = (line: string): void =>
    step(`guide: ${line}`, () => run(folder, "sh", ["-c", line.replace(/^npx /, "")], [bin]));
  for (const line of before) follow(line);
  await during(folder, [join(bin, "flagwright"), "dev", "--port", "0"], "added welcome-banner", () => {
    for (const line of withServer) follow(line);
  });
}
