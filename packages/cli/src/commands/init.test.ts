import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { toKey } from "../project/new-project/detect.ts";
import { flagwright, temporaryFolder } from "../testing/run-cli.ts";

const now = Date.parse("2026-11-21T12:00:00Z");

describe("flagwright init", () => {
  test("what it writes has nothing for lint to object to, and generates", async () => {
    using folder = temporaryFolder();
    const at = { cwd: folder.path, now };
    expect(await flagwright(["init"], at)).toMatchObject({ code: 0, stderr: "" });
    expect(await flagwright(["lint", "--strict"], at)).toMatchObject({ code: 0 });
    expect(await flagwright(["generate"], at)).toMatchObject({ code: 0 });
    expect(readFileSync(join(folder.path, "src/flags.gen.ts"), "utf8")).toContain("export const welcomeBanner");
  });

  test("objects are closed by default", async () => {
    using folder = temporaryFolder();
    await flagwright(["init"], { cwd: folder.path, now });
    expect(readFileSync(join(folder.path, "flags/welcome-banner.yaml"), "utf8")).toContain(
      "additionalProperties: false",
    );
  });

  test("takes the project's name and the import extension from the folder", async () => {
    using folder = temporaryFolder({
      "package.json": '{ "name": "@acme/Web Shop" }',
      "tsconfig.json": '{ // comment\n "compilerOptions": { "rewriteRelativeImportExtensions": true, } }',
    });
    await flagwright(["init", "--yes"], { cwd: folder.path, now });
    const written = readFileSync(join(folder.path, "flagwright.yaml"), "utf8");
    expect(written).toContain("project: web-shop\n");
    expect(written).toContain('importExtension: ".ts"');
  });

  test("never overwrites: a second time it refuses, and files that were there stay as they were", async () => {
    using folder = temporaryFolder({ "flags/welcome-banner.yaml": "mine", ".gitignore": "dist" });
    const { stdout } = await flagwright(["init"], { cwd: folder.path, now });
    expect(stdout).toMatch(/flags\/welcome-banner\.yaml +kept as it is/);
    expect(readFileSync(join(folder.path, "flags/welcome-banner.yaml"), "utf8")).toBe("mine");
    expect(readFileSync(join(folder.path, ".gitignore"), "utf8")).toBe("dist\n.flagwright/\n");
    const before = readFileSync(join(folder.path, "flagwright.yaml"), "utf8");
    const again = await flagwright(["init"], { cwd: folder.path, now: now + 1e10 });
    expect(again.code).toBe(2);
    expect(again.stderr).toContain("has a flagwright.yaml already");
    expect(readFileSync(join(folder.path, "flagwright.yaml"), "utf8")).toBe(before);
  });

  test("does not ignore the same folder twice", async () => {
    using folder = temporaryFolder({ ".gitignore": "node_modules\r\n/.flagwright\r\n" });
    await flagwright(["init"], { cwd: folder.path, now });
    expect(readFileSync(join(folder.path, ".gitignore"), "utf8")).toBe("node_modules\r\n/.flagwright\r\n");
    expect(existsSync(join(folder.path, "flagwright.yaml"))).toBe(true);
  });
});

test.each([
  ["My Shop", "my-shop"],
  ["2048-game", "game"],
  ["日本語", "app"],
  ["__proto__", "proto"],
  ["a".repeat(200), "a".repeat(60)],
])("%s becomes the key %s", (name, key) => {
  expect(toKey(name)).toBe(key);
});
