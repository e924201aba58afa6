import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../testing/run-cli.ts";

const root = join(import.meta.dirname, "../../../../..");
const guide = readFileSync(join(root, "docs/guide/generators.md"), "utf8");

function block(language: string): string {
  return new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(guide)?.[1] ?? "";
}

const run = (cwd: string, words: readonly string[]): { readonly status: number | null; readonly output: string } => {
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd, encoding: "utf8" });
  return { status, output: stdout + stderr };
};

test("the guide's generator compiles strictly, and makes what the guide says", () => {
  using folder = temporaryFolder({
    "flagwright.yaml": `project: shop\n${block("yaml")}`,
    "package.json": JSON.stringify({ type: "module" }),
    "flags/a.yaml":
      "flag: dark-mode\nkind: release\nexpires: 2099-01-31\nowner: team-web\nvalue: boolean\ndefault: false\n",
    "flags/b.yaml": "flag: limit\nkind: configuration\nvalue: integer\ndefault: 1\n",
    "tools/flag-table.ts": block("ts"),
  });
  const settings = {
    extends: join(root, "tsconfig.json"),
    compilerOptions: {
      paths: { "@flagwright/cli": [join(root, "packages/cli/src/index.ts")] },
      typeRoots: [join(root, "node_modules/@types")],
    },
    include: [],
    files: ["tools/flag-table.ts"],
  };
  writeFileSync(join(folder.path, "tsconfig.json"), JSON.stringify(settings));
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  expect(run(folder.path, [tsc, "--noEmit", "--pretty", "false", "-p", "."])).toEqual({ status: 0, output: "" });

  const generate = [join(root, "packages/cli/src/main.ts"), "generate"];
  expect(run(folder.path, generate)).toMatchObject({ status: 0 });
  expect(readFileSync(join(folder.path, "docs/flags.md"), "utf8")).toBe(`# Flags of shop

| flag | owner | expires |
| --- | --- | --- |
| dark-mode | team-web | 2099-01-31 |
| limit |  |  |
`);
  const config = join(folder.path, "flagwright.yaml");
  writeFileSync(config, readFileSync(config, "utf8").replace("columns: [owner, expires]", "colums: [owner]"));
  expect(run(folder.path, generate).output).toMatch(/There is no option colums[^]*flagwright\.yaml:7:13/);
});
