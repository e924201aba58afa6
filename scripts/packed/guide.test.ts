import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { guideCommands } from "./guide.ts";

describe("the commands of a guide", () => {
  it("are those that are marked, in order, and no others", () => {
    const fence = "```";
    const markdown = `<!-- run -->\n\n${fence}sh\na\nb\n${fence}\ntext\n${fence}sh\nnot this\n${fence}\n<!-- run with server -->\n\n${fence}sh\nc\n${fence}\n`;
    expect(guideCommands(markdown)).toEqual({ before: ["a", "b"], withServer: ["c"] });
  });
  it("of getting started cover every command of the README's second terminal", () => {
    const root = join(import.meta.dirname, "..", "..");
    const readme = readFileSync(join(root, "README.md"), "utf8");
    const { withServer } = guideCommands(readFileSync(join(root, "docs/guide/getting-started.md"), "utf8"));
    const block = /And from a second terminal:\n\n```sh\n([^]*?)```/.exec(readme)?.[1] ?? "";
    const commands = block
      .split("\n")
      .map((line) => line.replace(/\s+#.*$/, ""))
      .filter((line) => line !== "");
    expect(commands.length).toBeGreaterThan(3);
    for (const line of commands) expect(withServer.some((known) => known.startsWith(line))).toBe(true);
  });
});
