import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { trackedFiles } from "./tracked-files.ts";

const root = join(import.meta.dirname, "..", "..");
const documents = trackedFiles(root).filter((file) => file.endsWith(".md") && !/\/(fixtures|testdata)\//.test(file));

/** Relative targets of links, without their anchors, outside of code. */
function links(markdown: string): readonly string[] {
  const prose = markdown.replaceAll(/^( *)```[^]*?^\1```/gm, "").replaceAll(/`[^`\n]*`/g, "");
  return [...prose.matchAll(/\]\(([^)\s#]+)[^)]*\)/g)]
    .map((match) => match[1] ?? "")
    .filter((to) => !/^[a-z]+:/.test(to));
}

describe("documents", () => {
  it("finds links, but none in code", () => {
    expect(links("[a](b.md#c) `[x](y.md)`\n```\n[x](z.md)\n```\n[web](https://example.org)")).toEqual(["b.md"]);
  });
  it.each(documents)("%s links to what is there", (file) => {
    const missing = links(readFileSync(join(root, file), "utf8")).filter(
      (to) => !existsSync(join(root, dirname(file), to)),
    );
    expect(missing).toEqual([]);
  });
});
