import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { rulePages } from "./rule-pages.ts";

const docs = new URL("../../../../docs/", import.meta.url).pathname;

describe("the pages of the rules", () => {
  // `vitest run rule-pages -u` writes them: the file comes first, or all snapshots are written.
  it.each(rulePages())("$path says what the rule says", async ({ path, content }) => {
    await expect(content).toMatchFileSnapshot(`${docs}${path}`);
  });

  it("are all there is in the folder", () => {
    const names = rulePages().map(({ path }) => path.replace("rules/", ""));
    expect(readdirSync(`${docs}rules`).sort()).toEqual([...names].sort());
    expect(new Set(names).size).toBe(names.length);
  });
});
