import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { flagwright, temporaryFolder } from "../../testing/run-cli.ts";

const flag = (key: string): string =>
  `flag: ${key}\nversion: 1\ndescription: A flag.\nowner: us\nkind: operational\nvalue: boolean\ndefault: false\n`;

function project(body: string, entry = "output: out/keys.txt"): { readonly [path: string]: string } {
  return {
    "flagwright.yaml": `project: shop\ngenerate:\n  - generator: ./tools/keys.mjs\n    ${entry}\n`,
    "flags/b.yaml": flag("second"),
    "flags/a.yaml": flag("first"),
    "tools/keys.mjs": body,
  };
}

const module = (files: string): string =>
  `export default { interfaceVersion: 1, purpose: "Keys.", configure: () => ({ ok: true, value: ({ definitions, ...rest }) => ${files} }) };`;
const keys = `[{ path: "out/keys.txt", content: definitions.map(({ key }) => key + "\\n").join("") }]`;

test("a module of the project makes an output, from definitions in the order of their keys", async () => {
  using folder = temporaryFolder(project(module(keys)));
  expect(await flagwright(["generate"], { cwd: folder.path })).toMatchObject({ code: 0, stderr: "" });
  expect(readFileSync(join(folder.path, "out/keys.txt"), "utf8")).toBe("first\nsecond\n");
  expect(await flagwright(["generate", "--check"], { cwd: folder.path })).toMatchObject({ code: 0 });
});

test("a module that has changed, or reads what has changed, is asked again although no definition has changed", async () => {
  const reads = `import { readFileSync } from "node:fs";\n${module(`[{ path: "out/keys.txt", content: readFileSync(new URL("note.txt", import.meta.url), "utf8") }]`)}`;
  using folder = temporaryFolder({ ...project(module(keys)), "tools/note.txt": "one" });
  const made = async (): Promise<string> => {
    await flagwright(["generate"], { cwd: folder.path });
    return readFileSync(join(folder.path, "out/keys.txt"), "utf8");
  };
  expect(await made()).toBe("first\nsecond\n");
  writeFileSync(join(folder.path, "tools/keys.mjs"), reads);
  expect(await made()).toBe("one");
  writeFileSync(join(folder.path, "tools/note.txt"), "two");
  expect(await made()).toBe("two");
});

test("a file that a module makes no more is removed", async () => {
  using folder = temporaryFolder(
    project(module(`definitions.map(({ key }) => ({ path: "out/keys/" + key, content: key }))`), "output: out/keys"),
  );
  await flagwright(["generate"], { cwd: folder.path });
  writeFileSync(join(folder.path, "flags/a.yaml"), flag("last"));
  const { stdout } = await flagwright(["generate"], { cwd: folder.path });
  expect(stdout).toContain("out/keys/first (removed)");
  expect(existsSync(join(folder.path, "out/keys/first"))).toBe(false);
  expect(existsSync(join(folder.path, "out/keys/last"))).toBe(true);
});

test("what a module does to its input changes nothing for the other outputs", async () => {
  const files = project(
    module(`(definitions.forEach((each) => { each.key = "spoilt"; each.default = true; }), definitions.splice(0), [])`),
  );
  using folder = temporaryFolder({
    ...files,
    "flagwright.yaml": `${files["flagwright.yaml"] ?? ""}  - { target: openfeature-manifest, output: m.json }\n`,
  });
  expect(await flagwright(["generate"], { cwd: folder.path })).toMatchObject({ code: 0 });
  const { flags } = JSON.parse(readFileSync(join(folder.path, "m.json"), "utf8")) as { flags: Record<string, object> };
  expect(flags).toMatchObject({ first: { defaultValue: false }, second: { defaultValue: false } });
});

const broken: readonly (readonly [what: string, body: string, at: string, says: RegExp])[] = [
  ["no default export", "export const generator = {};", "3:16", /no generator as its default export/],
  [
    "another version of the interface",
    "export default { interfaceVersion: 2, configure() {} };",
    "3:16",
    /version 2 of the interface; this flagwright knows version 1/,
  ],
  ["no version", "export default { configure() {} };", "3:16", /version undefined of the interface/],
  ["no configure", "export default { interfaceVersion: 1 };", "3:16", /no function `configure`/],
  ["an import that leads nowhere", `import "./none.mjs";`, "3:16", /cannot be loaded: Error: Cannot find module/],
  ["a refused promise", module(`Promise.reject("enough")`), "3:16", /failed: it threw "enough"/],
  [
    "a configure that answers nothing",
    "export default { interfaceVersion: 1, configure() {} };",
    "3:16",
    /returned neither a generator nor problems/,
  ],
  ["no list", module("undefined"), "4:13", /returned undefined where a list of files belongs/],
  ["a file without a path", module(`[{ content: "" }]`), "4:13", /a file without a path, at place 0/],
  [
    "content that is no text",
    module(`[{ path: "out/keys.txt", content: { a: 1 } }]`),
    "4:13",
    /an object as the content of "out\/keys\.txt"/,
  ],
  [
    "two files with one path",
    module(`[{ path: "out/a", content: "" }, { path: "out/a", content: "" }]`),
    "4:13",
    /two files with the path "out\/a"/,
  ],
  [
    "two paths that differ in case",
    module(`[{ path: "out/a", content: "" }, { path: "out/A", content: "" }]`),
    "4:13",
    /one file where case does not count/,
  ],
  ...["../evil", "/etc/evil", "out/../../evil", "flagwright.yaml", "out", "out\\\\..\\\\evil", "out/", "out/./a"].map(
    (path) =>
      [
        `the path ${path}`,
        module(`[{ path: "${path}", content: "x" }]`),
        "4:13",
        /outside its output out\/keys\.txt/,
      ] as const,
  ),
];

test.each(broken)(
  "%s is an error where flagwright.yaml names it, and nothing is written",
  async (_, body, at, says) => {
    using folder = temporaryFolder(project(body));
    const { code, stderr } = await flagwright(["generate"], { cwd: folder.path });
    expect(code).toBe(2);
    expect(stderr).toContain(`flagwright.yaml:${at}`);
    expect(stderr).toMatch(says);
    expect(existsSync(join(folder.path, "out"))).toBe(false);
  },
);

test("a module says where an option is wrong", async () => {
  const body = `export default { interfaceVersion: 1, purpose: "", configure: ({ options }) => ({ ok: false, problems:
    [{ option: "colour", message: "There is no colour " + options.colour, help: "Take red." }] }) };`;
  using folder = temporaryFolder(project(body, "output: out/keys.txt\n    colour: mauve"));
  const { stderr } = await flagwright(["generate"], { cwd: folder.path });
  expect(stderr).toMatch(/There is no colour mauve[^]*flagwright\.yaml:5:13[^]*Take red/);
});

test.each([
  ["./tools/none.ts", /There is no file \.\/tools\/none\.ts/],
  ["flagwright-keys-that-nobody-has", /There is no package flagwright-keys-that-nobody-has[^]*npm install/],
])("a module that is not there, %s, is named with what to do", async (name, says) => {
  using folder = temporaryFolder({
    "flagwright.yaml": `project: shop\ngenerate:\n  - { generator: ${name}, output: out }\n`,
  });
  const { code, stderr } = await flagwright(["generate"], { cwd: folder.path });
  expect([code, stderr]).toEqual([2, expect.stringMatching(says)]);
  expect(stderr).toContain("flagwright.yaml:3:18");
});

test.each(["../tools/keys.mjs", "/tools/keys.mjs", "./../keys.mjs"])("%s leads out of the project", async (name) => {
  using folder = temporaryFolder({
    "flagwright.yaml": `project: shop\ngenerate:\n  - { generator: ${name}, output: out }\n`,
  });
  const { code, stderr } = await flagwright(["generate"], { cwd: folder.path });
  expect([code, stderr]).toEqual([1, expect.stringContaining("neither a file inside the project nor a package")]);
});

/** As a user's shell does: Node itself resolves packages, takes the types off TypeScript, and says where errors are. */
function inProcess(cwd: string): { readonly status: number | null; readonly stderr: string } {
  const main = join(import.meta.dirname, "../../main.ts");
  return spawnSync(process.execPath, [main, "generate"], { cwd, encoding: "utf8" });
}

test("errors of a module are told with their place in it", () => {
  using folder = temporaryFolder({
    "flagwright.yaml":
      "project: shop\ngenerate:\n" +
      ["loading", "syntax", "making"].map((name) => `  - { generator: ./${name}.ts, output: out/${name} }\n`).join(""),
    "loading.ts": `\nthrow new Error("no licence");`,
    "syntax.ts": "export default {",
    "making.ts": module(`\n  definitions.nothing.length`),
  });
  const { status, stderr } = inProcess(folder.path);
  expect(status).toBe(2);
  expect(stderr).toMatch(/loading\.ts cannot be loaded: Error: no licence[^]*yaml:3:18[^]*loading\.ts:2/);
  expect(stderr).toMatch(/syntax\.ts cannot be loaded: SyntaxError[^]*yaml:4:18/);
  expect(stderr).toMatch(/making\.ts failed: TypeError: Cannot read[^]*yaml:5:18[^]*making\.ts:2/);
});

test("TypeScript of the project and a package that is ESM only are run by Node as they are", () => {
  using folder = temporaryFolder({
    "flagwright.yaml":
      "project: shop\ngenerate:\n  - { generator: ./tools/keys.ts, output: a.txt }\n  - { generator: '@acme/keys', output: b.txt }\n",
    "flags/a.yaml": flag("first"),
    "tools/keys.ts": `import type { Generator } from "@flagwright/cli";
const keys: Generator = {
  interfaceVersion: 1,
  purpose: "Keys.",
  configure: ({ output }) => ({ ok: true, value: ({ definitions }) => [{ path: output, content: String(definitions.length) }] }),
};
export default keys;
`,
    "node_modules/@acme/keys/package.json":
      '{ "name": "@acme/keys", "type": "module", "exports": { ".": { "types": "./index.d.ts", "import": "./index.js" } } }',
    "node_modules/@acme/keys/index.js": module(`[{ path: "b.txt", content: "b" }]`),
  });
  const { status, stderr } = inProcess(folder.path);
  expect([status, stderr]).toEqual([0, ""]);
  expect(readFileSync(join(folder.path, "a.txt"), "utf8")).toBe("1");
  expect(readFileSync(join(folder.path, "b.txt"), "utf8")).toBe("b");
});
