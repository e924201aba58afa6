import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { flagwright, temporaryFolder } from "../testing/run-cli.ts";
import { shop } from "../testing/shop.ts";

const manifest = {
  flags: {
    enableDarkMode: { flagType: "boolean", defaultValue: false, description: "Dark mode: for everybody" },
    "rate-limit": { flagType: "float", defaultValue: 0.5 },
    "rate-limit@2": { flagType: "integer", defaultValue: 3 },
    greeting: { flagType: "string", defaultValue: "on" },
    theme: { flagType: "object", defaultValue: { color: "#fff", __proto__x: null } },
    "new-checkout": { flagType: "boolean", defaultValue: true },
    odd: { flagType: "date", defaultValue: 1 },
    bare: { flagType: "boolean" },
    "123": { flagType: "boolean", defaultValue: true },
  },
};

test("flagwright import openfeature writes definitions that lint accepts, and names what it cannot carry over", async () => {
  using folder = temporaryFolder({ ...shop, "manifest.json": JSON.stringify(manifest) });
  const at = { cwd: folder.path, now: Date.parse("2026-11-21T12:00:00Z") };
  const dry = await flagwright(["import", "openfeature", "manifest.json", "--dry-run"], at);
  expect(dry.stdout).toContain("flags/enable-dark-mode.yaml would be written");
  expect(existsSync(join(folder.path, "flags/greeting.yaml"))).toBe(false);

  const { code, stdout } = await flagwright(["import", "openfeature", "manifest.json", "--owner", "us"], at);
  expect(code).toBe(0);
  expect(stdout).toContain("5 definitions written.");
  expect(stdout).toContain("flags/new-checkout.yaml is there already, kept as it is");
  expect(stdout).toContain("enableDarkMode: its key is enable-dark-mode here");
  expect(stdout).toContain("theme: the manifest does not say what its values look like");
  expect(stdout).toContain('odd: left out, since its flagType is "date".');
  expect(stdout).toContain("bare: left out, since it has no defaultValue.");
  expect(stdout).toContain("123: left out, since no key can be made of its name.");
  expect(readFileSync(join(folder.path, "flags/new-checkout.yaml"), "utf8")).toBe(shop["flags/new-checkout.yaml"]);
  expect(readFileSync(join(folder.path, "flags/greeting.yaml"), "utf8")).toContain('default: "on"');
  expect(existsSync(join(folder.path, "flags/rate-limit@2.yaml"))).toBe(true);
  expect((await flagwright(["lint"], at)).code).toBe(0);
  const answer = await flagwright(["evaluate", "-f", "greeting", "-e", "qa", "--json"], at);
  expect(answer.json()).toMatchObject({ value: "on" });
});

test("what the manifest target exports comes back as the same keys, types and defaults", async () => {
  const generate = "generate:\n  - { target: openfeature-manifest, output: manifest.json }\n";
  using folder = temporaryFolder({
    ...shop,
    "flagwright.yaml": `project: shop\ncontext: { region: string }\n${generate}`,
  });
  expect(await flagwright(["generate"], { cwd: folder.path })).toMatchObject({ code: 0 });
  const exported = readFileSync(join(folder.path, "manifest.json"), "utf8");
  using empty = temporaryFolder({ "flagwright.yaml": `project: other\n${generate}`, "in.json": exported });
  await flagwright(["import", "openfeature", "in.json"], { cwd: empty.path });
  expect(await flagwright(["generate"], { cwd: empty.path })).toMatchObject({ code: 0 });
  const again = JSON.parse(readFileSync(join(empty.path, "manifest.json"), "utf8")) as { flags: object };
  const withoutText = (flags: object) =>
    Object.fromEntries(
      Object.entries(flags as Record<string, Record<string, unknown>>).map(([key, { flagType, defaultValue }]) => [
        key,
        { flagType, defaultValue },
      ]),
    );
  expect(withoutText(again.flags)).toEqual(withoutText((JSON.parse(exported) as { flags: object }).flags));
});

test.each([
  ["no JSON", "{", "not JSON"],
  ["no manifest", "[]", 'the member "flags"'],
])("a file that is %s is refused", async (_what, text, message) => {
  using folder = temporaryFolder(shop);
  const { code, stderr } = await flagwright(["import", "openfeature", "-"], { cwd: folder.path, stdin: text });
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});
