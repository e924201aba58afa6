import { existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { flagwright, temporaryFolder } from "../../testing/run-cli.ts";
import { CACHE_FOLDER } from "./cache-file.ts";
import { incremental } from "./incremental.ts";
import { readStamp } from "./stamp.ts";
import { toolName } from "./tool.ts";

const flag = (key: string, more = ""): string =>
  `flag: ${key}\nversion: 1\ndescription: A flag.\nowner: us\nkind: operational\nvalue: { type: integer, minimum: 0 }\ndefault: 1\n${more}`;
const project = {
  "flagwright.yaml":
    "project: shop\ncontext:\n  region: string\ngenerate:\n  - { target: typescript, output: src/flags, split: flag, index: true }\n",
  "flags/a.yaml": flag("first"),
  "flags/b.yaml": flag("second", "requires: { third: [low] }\ncontext: { optional: [region] }\n"),
  "flags/c.yaml": flag("third", "variants: { low: 2 }\ncontext: { optional: [region] }\n"),
};

/** Every generated file of a project, by path. */
function generated(root: string): Record<string, string> {
  const folder = join(root, "src/flags");
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [path.slice(root.length), readFileSync(path, "utf8")]),
  );
}

/** What a run without any memory makes of the same project. */
async function anew(root: string): Promise<Record<string, string>> {
  rmSync(join(root, "src"), { recursive: true });
  await flagwright(["generate", "--no-cache"], { cwd: root });
  return generated(root);
}

const changes: readonly (readonly [what: string, change: (root: string) => void])[] = [
  ["a description", (root) => writeFileSync(join(root, "flags/a.yaml"), flag("first").replace("A flag", "Another"))],
  ["a schema", (root) => writeFileSync(join(root, "flags/a.yaml"), flag("first").replace("minimum: 0", "maximum: 7"))],
  ["a new flag", (root) => writeFileSync(join(root, "flags/d.yaml"), flag("fourth", "requires: { first: on }\n"))],
  ["a flag that is gone", (root) => rmSync(join(root, "flags/a.yaml"))],
  ["another key", (root) => writeFileSync(join(root, "flags/a.yaml"), flag("first-of-all"))],
  [
    "a name that now collides",
    (root) => writeFileSync(join(root, "flags/d.yaml"), flag("fir.st").replace("fir.st", "fi.rst")),
  ],
  [
    "a context attribute",
    (root) =>
      writeFileSync(
        join(root, "flagwright.yaml"),
        project["flagwright.yaml"].replace("region: string", "region: { enum: [MY] }"),
      ),
  ],
  [
    "an option of the output",
    (root) =>
      writeFileSync(
        join(root, "flagwright.yaml"),
        project["flagwright.yaml"].replace("index: true", "importExtension: .ts"),
      ),
  ],
  ["the layout", (root) => writeFileSync(join(root, ".prettierrc"), '{ "singleQuote": true }')],
];

test.each(changes)("after %s a run that remembers makes what a run without memory makes", async (_, change) => {
  using folder = temporaryFolder(project);
  await flagwright(["generate"], { cwd: folder.path });
  change(folder.path);
  expect(await flagwright(["generate"], { cwd: folder.path })).toMatchObject({ code: 0 });
  const remembered = generated(folder.path);
  expect(remembered).toEqual(await anew(folder.path));
});

const errors: readonly (readonly [what: string, files: Readonly<Record<string, string>>, code: string])[] = [
  ["a key that another file has", { "flags/d.yaml": flag("second") }, "KEY_UNIQUE"],
  ["a required flag that is gone", { "flags/c.yaml": flag("third-of-all") }, "REQUIRES"],
  ["a required variant that is gone", { "flags/c.yaml": flag("third", "variants: { high: 2 }\n") }, "VARIANT_KNOWN"],
  ["a default that does not fit", { "flags/a.yaml": flag("first").replace("default: 1", "default: -1") }, "DEFAULT"],
];

test.each(errors)("%s is found although nothing else was read", async (_, files, code) => {
  using folder = temporaryFolder(project);
  await flagwright(["generate"], { cwd: folder.path });
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder.path, path), text);
  const result = await flagwright(["generate"], { cwd: folder.path });
  expect(result.code).toBe(1);
  expect(result.stderr).toContain(code);
});

test("a generated file that somebody changed or deleted is made again", async () => {
  using folder = temporaryFolder(project);
  await flagwright(["generate"], { cwd: folder.path });
  const before = generated(folder.path);
  writeFileSync(join(folder.path, "src/flags/flags/first.ts"), "// mine now\n");
  rmSync(join(folder.path, "src/flags/flags/second.ts"));
  expect(await flagwright(["generate", "--check"], { cwd: folder.path })).toMatchObject({ code: 1 });
  await flagwright(["generate"], { cwd: folder.path });
  expect(generated(folder.path)).toEqual(before);
});

test("caches that are damaged, cut or of another tool are harmless", async () => {
  using folder = temporaryFolder(project);
  await flagwright(["generate"], { cwd: folder.path });
  const before = generated(folder.path);
  const cache = join(folder.path, CACHE_FOLDER);
  const names = readdirSync(cache).filter((name) => name.endsWith(".json"));
  expect(names.sort()).toEqual(["definitions.json", "generate.json", "memory.json"]);
  const damages = [
    (text: string) => text.slice(0, text.length / 2),
    (text: string) => text.replace("first", "worst"),
    (text: string) => text.replace(/^\S+/, "another-tool"),
    () => "",
    () => "\u0000\u0000",
  ];
  for (const damage of damages) {
    for (const name of names) writeFileSync(join(cache, name), damage(readFileSync(join(cache, name), "utf8")));
    rmSync(join(folder.path, "src"), { recursive: true });
    expect(await flagwright(["generate"], { cwd: folder.path })).toMatchObject({ code: 0 });
    expect(generated(folder.path)).toEqual(before);
  }
});

test("concurrent runs leave whole files and caches behind", async () => {
  using folder = temporaryFolder(project);
  const runs = await Promise.all(Array.from({ length: 6 }, () => flagwright(["generate"], { cwd: folder.path })));
  expect(runs.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0, 0]);
  const before = generated(folder.path);
  expect(await flagwright(["generate", "--check"], { cwd: folder.path })).toMatchObject({ code: 0 });
  expect(before).toEqual(await anew(folder.path));
  expect(
    readdirSync(join(folder.path, CACHE_FOLDER)).filter((name) => name.startsWith(".") && name !== ".gitignore"),
  ).toEqual([]);
});

test("git does not see the caches", async () => {
  using folder = temporaryFolder(project);
  await flagwright(["generate"], { cwd: folder.path });
  expect(readFileSync(join(folder.path, CACHE_FOLDER, ".gitignore"), "utf8")).toBe("*\n");
  expect(existsSync(join(folder.path, ".flagwright/.gitignore"))).toBe(false);
});

test("the layout is read anew by a process that goes on", async () => {
  using folder = temporaryFolder({ ...project, ".prettierrc": '{ "semi": true }' });
  await flagwright(["generate"], { cwd: folder.path });
  const first = (): string => readFileSync(join(folder.path, "src/flags/flags/first.ts"), "utf8");
  expect(first()).toContain(";\n");
  writeFileSync(join(folder.path, ".prettierrc"), '{ "semi": false }');
  await flagwright(["generate"], { cwd: folder.path });
  expect(first()).not.toContain(";\n");
});

test("a remembered layout lays out as prettier's own answer does, also lines without end", async () => {
  using folder = temporaryFolder({
    ...project,
    ".prettierrc": "semi: false\n",
    ".editorconfig": "root = true\n[*]\nmax_line_length = off\n",
  });
  for (const description of ["One.", "Two.", "Three."]) {
    writeFileSync(join(folder.path, "flags/a.yaml"), flag("first").replace("A flag.", description));
    await flagwright(["generate"], { cwd: folder.path });
    const remembered = generated(folder.path);
    expect(remembered).toEqual(await anew(folder.path));
  }
});

test("a layout that other modules decide is asked for each time", async () => {
  using folder = temporaryFolder({
    ...project,
    "package.json": '{ "prettier": "shared-style" }',
    "node_modules/shared-style/package.json": '{ "name": "shared-style", "main": "style.json" }',
    "node_modules/shared-style/style.json": '{ "singleQuote": false }',
  });
  await flagwright(["generate"], { cwd: folder.path });
  expect(readStamp(folder.path, toolName())).toMatchObject({ asksModules: true });
});

test("what another run wrote meanwhile is not taken for what this one made", async () => {
  using folder = temporaryFolder(project);
  const made = await incremental(folder.path, { now: Date.now });
  if (made.state !== "made") throw new Error(made.state);
  // A slower run of older definitions ends between the writing of this one and its stamp.
  const path = join(folder.path, "src/flags/flags/first.ts");
  const slower = { path: "src/flags/flags/first.ts", content: "// of older definitions\n", current: undefined };
  made.generation.write([...made.changed, slower]);
  expect(readFileSync(path, "utf8")).toBe(slower.content);
  expect(await flagwright(["generate", "--check"], { cwd: folder.path })).toMatchObject({ code: 1 });
  await flagwright(["generate"], { cwd: folder.path });
  const remembered = generated(folder.path);
  expect(remembered).toEqual(await anew(folder.path));
});

test("a generated file that comes back, as with a branch, is nobody's and goes", async () => {
  using folder = temporaryFolder(project);
  await flagwright(["generate"], { cwd: folder.path });
  const old = join(folder.path, "src/flags/flags/old.ts");
  writeFileSync(old, readFileSync(join(folder.path, "src/flags/flags/first.ts")));
  expect(await flagwright(["generate", "--check"], { cwd: folder.path })).toMatchObject({ code: 1 });
  await flagwright(["generate"], { cwd: folder.path });
  expect(existsSync(old)).toBe(false);
});

test("an environment that names a flag with an escape is checked all the same", async () => {
  using folder = temporaryFolder({
    ...project,
    "flagwright.yaml": `${project["flagwright.yaml"]}environments: [production]\n`,
    "flags/environments/production.yaml": 'flags: { "\\u0066irst": { on: true, otherwise: low } }\n',
    "flags/a.yaml": flag("first", "variants: { low: 2 }\n"),
  });
  expect(await flagwright(["generate"], { cwd: folder.path })).toMatchObject({ code: 0 });
  writeFileSync(join(folder.path, "flags/a.yaml"), flag("first", "variants: { high: 2 }\n"));
  expect(await flagwright(["generate"], { cwd: folder.path })).toMatchObject({ code: 1 });
});

test.each<readonly [string, (root: string) => void]>([
  [
    "flags",
    (root) => {
      rmSync(join(root, "flags"), { recursive: true });
      writeFileSync(join(root, "flags"), "");
    },
  ],
  [".prettierrc", (root) => symlinkSync(".prettierrc", join(root, ".prettierrc"))],
])("what cannot be read is said as the matter of the project that it is: %s", async (path, change) => {
  using folder = temporaryFolder(project);
  await flagwright(["generate"], { cwd: folder.path });
  change(folder.path);
  for (const argv of [["generate"], ["generate", "--no-cache"]]) {
    const { code, stderr } = await flagwright(argv, { cwd: folder.path });
    expect(code).toBe(2);
    expect(stderr).toMatch(`Cannot read ${join(folder.path, path)}:`);
    expect(stderr).not.toContain("fault of flagwright");
  }
});
