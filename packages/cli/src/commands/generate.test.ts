import { readFileSync, rmSync, statSync, utimesSync, writeFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { listening } from "../testing/listening.ts";
import { flagwright, temporaryFolder } from "../testing/run-cli.ts";

const flag = (key: string): string =>
  `flag: ${key}\nversion: 1\ndescription: A flag.\nowner: us\nkind: operational\nvalue: boolean\ndefault: false\n`;
const project = {
  "flagwright.yaml": "project: shop\ngenerate:\n  - { target: typescript, output: src/flags.gen.ts }\n",
  "flags/a.yaml": flag("new-checkout"),
};

describe("flagwright generate", () => {
  test("writes the module, and leaves it untouched when nothing has changed", async () => {
    using folder = temporaryFolder(project);
    const path = join(folder.path, "src/flags.gen.ts");
    expect(await flagwright(["generate"], { cwd: folder.path })).toMatchObject({ code: 0, stderr: "" });
    expect(readFileSync(path, "utf8")).toContain("export const newCheckout");
    utimesSync(path, 1, 1);
    const again = await flagwright(["generate"], { cwd: folder.path });
    expect(again.stdout).toContain("src/flags.gen.ts (unchanged)");
    expect(statSync(path).mtimeMs).toBe(1000);
  });

  test("works from a folder below the project's root", async () => {
    using folder = temporaryFolder(project);
    await flagwright(["generate"], { cwd: join(folder.path, "flags") });
    expect(readFileSync(join(folder.path, "src/flags.gen.ts"), "utf8")).toContain("newCheckout");
  });

  test("--check shows what is out of date as a diff, ends with 1 and writes nothing", async () => {
    using folder = temporaryFolder(project);
    await flagwright(["generate"], { cwd: folder.path });
    const path = join(folder.path, "src/flags.gen.ts");
    const before = readFileSync(path, "utf8");
    expect(await flagwright(["generate", "--check"], { cwd: folder.path })).toMatchObject({ code: 0 });

    writeFileSync(join(folder.path, "flags/b.yaml"), flag("dark-mode"));
    const { code, stdout, stderr } = await flagwright(["generate", "--check"], { cwd: folder.path });
    expect(code).toBe(1);
    expect(stdout).toContain("+++ src/flags.gen.ts");
    expect(stdout).toMatch(/^\+export const darkMode/m);
    expect(stderr).toContain("Run flagwright generate and commit the result.");
    expect(readFileSync(path, "utf8")).toBe(before);
  });

  test("--check counts a missing file as out of date", async () => {
    using folder = temporaryFolder(project);
    const { code, stdout } = await flagwright(["generate", "--check"], { cwd: folder.path });
    expect(code).toBe(1);
    expect(stdout).toContain("--- /dev/null");
  });

  test("line ends that git has changed are no drift", async () => {
    using folder = temporaryFolder(project);
    await flagwright(["generate"], { cwd: folder.path });
    const path = join(folder.path, "src/flags.gen.ts");
    writeFileSync(path, readFileSync(path, "utf8").replaceAll("\n", "\r\n"));
    expect(await flagwright(["generate", "--check"], { cwd: folder.path })).toMatchObject({ code: 0 });
  });

  test("with an error in the definitions nothing is written, and the error is shown where it is", async () => {
    using folder = temporaryFolder({ ...project, "flags/a.yaml": flag("new-checkout").replace("false", "maybe") });
    const { code, stderr } = await flagwright(["generate"], { cwd: folder.path });
    expect(code).toBe(1);
    expect(stderr).toContain("flags/a.yaml:7:10");
    expect(() => statSync(join(folder.path, "src/flags.gen.ts"))).toThrow("ENOENT");
  });

  test("an output that cannot be made is named with what it could be", async () => {
    using folder = temporaryFolder({
      ...project,
      "flagwright.yaml": "project: shop\ngenerate:\n  - { target: cobol, output: x }\n",
    });
    const { code, stderr } = await flagwright(["generate"], { cwd: folder.path });
    expect(code).toBe(2);
    expect(stderr).toContain("generate[0].target");
    expect(stderr).toContain("typescript");
  });

  test.each([
    ["an empty folder", {}, "flagwright init"],
    ["a project that generates nothing", { "flagwright.yaml": "project: shop\n" }, "target: typescript"],
  ])("in %s it says what to do", async (_what, files, help) => {
    using folder = temporaryFolder(files);
    const { code, stderr } = await flagwright(["generate"], { cwd: folder.path });
    expect(code).toBe(2);
    expect(stderr).toContain(help);
  });

  test("on a terminal it says how far it is once a second has passed, and takes that away in the end", async () => {
    const files = Object.fromEntries(["a", "b", "c"].map((key) => [`flags/${key}.yaml`, flag(key)]));
    const limit = flag("d").replace("boolean", "{ type: integer, maximum: 9 }").replace("default: false", "default: 1");
    const run = async (words: readonly string[], isTTY: boolean, step: number): Promise<string> => {
      using folder = temporaryFolder({ ...project, ...files, "flags/d.yaml": limit });
      let time = 1e12;
      const now = (): number => (time += step);
      const { code, stderr } = await flagwright(["generate", ...words], { cwd: folder.path, isTTY, now });
      expect(code).toBe(0);
      return stderr;
    };
    const shown = await run([], true, 400);
    for (const text of [
      "Reading 4 of 4 files",
      "Typing 0 of 2 schemas",
      "Generating 3 of 4 flags",
      "Making 1 of 1 validators",
      "Writing 2 of 2 files",
    ])
      expect(shown).toContain(text);
    expect(shown.endsWith("\r\u001b[2K")).toBe(true);
    expect(await run([], true, 1)).toBe("");
    expect(await run([], false, 400)).toBe("");
    expect(await run(["--json"], true, 400)).toBe("");
  });

  test("--watch generates again after every change, past mistakes and replaced files, until it is stopped", async () => {
    using folder = temporaryFolder(project);
    const stop = new AbortController();
    const seen = listening();
    const running = flagwright(["generate", "--watch"], { cwd: folder.path, signal: stop.signal, onOutput: seen.hear });
    await seen.until(/Watching[^]*\(new\)/);
    for (const key of ["second-flag", "third-flag"]) {
      // As editors do it: a new file takes the old one's name.
      writeFileSync(join(folder.path, "draft"), flag(key));
      renameSync(join(folder.path, "draft"), join(folder.path, "flags/a.yaml"));
      await seen.until(/flags\.gen\.ts \(updated\)/);
      expect(readFileSync(join(folder.path, "src/flags.gen.ts"), "utf8")).toContain(`key: "${key}"`);
    }
    writeFileSync(join(folder.path, "flags/a.yaml"), "flag: [");
    await seen.until(/flags\/a\.yaml:1/);
    rmSync(join(folder.path, "flags/a.yaml"));
    writeFileSync(join(folder.path, "flags/c.yaml"), flag("fourth-flag"));
    await seen.until(/flags\.gen\.ts \(updated\)/);
    stop.abort("SIGINT");
    expect((await running).code).toBe(0);
  });
});
