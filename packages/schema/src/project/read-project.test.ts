import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { compareProjects } from "../rules/breaking/compare-projects.ts";
import { bundleProject } from "./bundle-project.ts";
import { bumpVersion } from "./bump.ts";
import { definitionBundle } from "./definition-bundle.ts";
import { parseProject } from "./parse-project.ts";
import { findProjectRoot, readProject, readProjectFiles } from "./read-project.ts";

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "flagwright-schema-")));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, content: string | Buffer): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

const flag = "flag: a\nkind: configuration\nvalue: integer\ndefault: 1\n";

describe("a project on the disk", () => {
  it("is found from any folder inside it", () => {
    write("flagwright.yaml", "project: p\n");
    mkdirSync(join(root, "x/y"), { recursive: true });
    expect(findProjectRoot(join(root, "x/y"))).toBe(root);
    expect(findProjectRoot("/")).toBeUndefined();
  });

  it("may keep its flags in another folder, and has forward slashes in its paths", () => {
    write("flagwright.yaml", "project: p\nflags: config/flags/\n");
    write("config/flags/team/a.yaml", flag);
    write("flags/b.yaml", flag.replace("flag: a", "flag: b"));
    const { definitions, diagnostics } = readProject(root);
    expect(definitions.map(({ file }) => file)).toEqual(["config/flags/team/a.yaml"]);
    expect(diagnostics).toEqual([]);
  });

  it("cannot lead out of its folder, nor round in circles", () => {
    write("flagwright.yaml", "project: p\nflags: ../elsewhere\n");
    write("flags/a.yaml", flag);
    symlinkSync("..", join(root, "flags/loop"));
    symlinkSync("/etc/hostname", join(root, "flags/outside.yaml"));
    expect([...readProjectFiles(root).keys()]).toEqual(["flagwright.yaml", "flags/a.yaml"]);
    expect(readProject(root).diagnostics.map(({ code }) => code)).toEqual(["PATH_INSIDE"]);
  });

  it("is read with byte order marks, other line ends and bytes that are no text", () => {
    write("flagwright.yaml", "\ufeffproject: p\r\n");
    write("flags/a.yaml", `\ufeff${flag.replaceAll("\n", "\r\n")}`);
    write("flags/bad.yaml", Buffer.from([0x66, 0x6c, 0xff, 0xfe, 0x3a, 0x20, 0x31]));
    const { definitions, diagnostics } = readProject(root);
    expect(definitions.map(({ value }) => value.key)).toEqual(["a"]);
    expect(new Set(diagnostics.map(({ file }) => file))).toEqual(new Set(["flags/bad.yaml"]));
  });

  it("with a file of 20 MB is read no further than needed to refuse it", () => {
    write("flagwright.yaml", "project: p\n");
    write("flags/huge.yaml", "あ".repeat(7_000_000));
    expect(readProject(root).diagnostics.map(({ code }) => code)).toEqual(["FILE_SIZE"]);
    expect(readProjectFiles(root).get("flags/huge.yaml")?.length).toBe(1_000_001);
  });
});

describe("a project as a server holds it", () => {
  it("differs in nothing from the files it was pushed from", () => {
    const project = readProject(new URL("../../../..", import.meta.url).pathname);
    const server = bundleProject(
      JSON.parse(JSON.stringify(definitionBundle(project))) as ReturnType<typeof definitionBundle>,
    );
    expect(compareProjects(server, project, { today: "2026-11-21" })).toMatchObject({
      result: "clean",
      breaks: [],
      changes: { added: [], changed: [], removed: [] },
    });
  });
});

describe("a new version", () => {
  const bump = (path: string, text: string): string | undefined =>
    bumpVersion(
      parseProject(
        new Map([
          ["flagwright.yaml", "project: p"],
          [path, text],
        ]),
      ),
      "a",
    )?.text;

  it("of a JSON file is JSON, whether it had a version or not", () => {
    const json = '{"flag": "a", "kind": "configuration", "value": "integer", "default": 1}';
    expect(JSON.parse(bump("flags/a.json", json) ?? "")).toEqual({ ...(JSON.parse(json) as object), version: 2 });
    expect(bump("flags/a.json", json.replace('"kind"', '"version": 1, "kind"'))).toBe(
      json.replace('"kind"', '"version": 2, "kind"'),
    );
  });

  it("of a YAML file changes one line, whatever stands behind the key", () => {
    expect(bump("flags/a.yaml", `# top\n${flag.replace("flag: a", "flag: a # the key")}`)).toBe(
      `# top\n${flag.replace("flag: a", "flag: a # the key\nversion: 2")}`,
    );
  });
});
