import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseProject } from "../../project/parse-project.ts";
import { readProjectFiles } from "../../project/read-project.ts";
import { lintProject } from "./lint.ts";
import { lintRules } from "./registry.ts";

const fixtures = new URL("./fixtures/", import.meta.url).pathname;
const base = readProjectFiles(`${fixtures}base`);
const today = "2026-11-21";

/** A fixture holds what differs from the base project. */
function lint(folder: string): readonly { readonly code: string; readonly at: string }[] {
  const files = new Map(base);
  for (const path of readdirSync(`${fixtures}${folder}`, { recursive: true, encoding: "utf8" }))
    if (path.endsWith(".yaml")) files.set(path, readFileSync(`${fixtures}${folder}/${path}`, "utf8"));
  return lintProject(parseProject(files), { today }).map(({ code, file, range: { start, end } }) => ({
    code,
    at: `${file}:${start.line}:${start.column}-${end.line}:${end.column}`,
  }));
}

const folder = (id: string): string => id.toLowerCase().replaceAll("_", "-");

describe("lint rules", () => {
  it("have nothing to say about the base project", () => {
    expect(lintProject(parseProject(base), { today })).toEqual([]);
  });

  it.each(lintRules.map(({ id }) => id))("%s finds each mistake of its fixture, in its place", (id) => {
    const expected: unknown = JSON.parse(readFileSync(`${fixtures}${folder(id)}/expected.json`, "utf8"));
    const found = lint(`${folder(id)}/bad`).filter(({ code }) => code === id);
    expect(found.map(({ at }) => at)).toEqual(expected);
    expect(found).not.toEqual([]);
  });

  it.each(lintRules.map(({ id }) => id))(
    "%s has nothing to say about the fixture put right, nor has any other",
    (id) => {
      expect(lint(`${folder(id)}/good`)).toEqual([]);
    },
  );
});

describe("the registry of lint rules", () => {
  it.each(lintRules)("$id has fixtures, documentation and a category", ({ id, purpose, categories, docs }) => {
    expect(id).toMatch(/^[A-Z]+(_[A-Z0-9]+)+$/);
    expect(existsSync(`${fixtures}${folder(id)}/bad`) && existsSync(`${fixtures}${folder(id)}/good`)).toBe(true);
    expect(categories).not.toEqual([]);
    for (const text of [purpose, docs.what, docs.why, docs.example, docs.fix]) expect(text.trim()).not.toBe("");
  });

  it("has every fixture's rule, once", () => {
    const ids = lintRules.map(({ id }) => folder(id));
    expect(new Set(ids).size).toBe(ids.length);
    expect(
      readdirSync(fixtures)
        .filter((name) => name !== "base")
        .sort(),
    ).toEqual([...ids].sort());
  });
});

describe("the severities of a project", () => {
  const withConfig = (lines: string) =>
    lintProject(
      parseProject(
        new Map(base)
          .set("flagwright.yaml", `${base.get("flagwright.yaml")}${lines}`)
          .set("flags/discount.yaml", (base.get("flags/discount.yaml") ?? "").replace("owner: team-pricing\n", "")),
      ),
      { today },
    ).map(({ code, severity }) => `${code} ${severity}`);

  it("override a rule's own, and switch it off", () => {
    expect(withConfig("")).toEqual(["OWNER_PRESENT warning"]);
    expect(withConfig("lint: { OWNER_PRESENT: error }\n")).toEqual(["OWNER_PRESENT error"]);
    expect(withConfig("lint: { OWNER_PRESENT: off }\n")).toEqual([]);
  });

  it("cannot name a rule that does not exist", () => {
    expect(withConfig("lint: { OWNER_PRESNT: off }\n")).toContain("RULE_KNOWN error");
  });

  it("cannot switch off what would not work", () => {
    const files = new Map(base)
      .set("flagwright.yaml", `${base.get("flagwright.yaml")}lint: { DEFAULT_MATCHES_SCHEMA: off }\n`)
      .set(
        "flags/discount.yaml",
        (base.get("flags/discount.yaml") ?? "").replace("default: { percent: 0 }", "default: 1"),
      );
    const codes = lintProject(parseProject(files), { today }).map(({ code }) => code);
    expect(codes).toContain("DEFAULT_MATCHES_SCHEMA");
  });
});
