import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseProject } from "../../project/parse-project.ts";
import { readProjectFiles } from "../../project/read-project.ts";
import type { Project } from "../../project/model.ts";
import { compareProjects, type DeployedReaders, type StoredFlag } from "./compare-projects.ts";
import { breakingRules } from "./registry.ts";

const fixtures = new URL("./fixtures/", import.meta.url).pathname;
const base = readProjectFiles(`${fixtures}base`);
const folder = (id: string): string => id.toLowerCase().replaceAll("_", "-");

/** A fixture holds what differs from the base project. */
function project(path: string): Project {
  const files = new Map(base);
  for (const name of readdirSync(`${fixtures}${path}`, { recursive: true, encoding: "utf8" }))
    if (name.endsWith(".yaml")) files.set(name, readFileSync(`${fixtures}${path}/${name}`, "utf8"));
  const read = parseProject(files);
  expect(read.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return read;
}

const stored: readonly StoredFlag[] = [
  {
    environment: "production",
    flag: "discount",
    state: { on: true, variants: [], targets: [], rules: [], otherwise: { variant: "small" } },
  },
];

const readers: readonly DeployedReaders[] = parseProject(base).definitions.map(({ value }) => ({
  environment: "production",
  flag: value.key,
  schemaHash: value.schemaHash,
  services: ["2 clients of till 7"],
  definition: value,
}));

function check(id: string, current: "current" | "allowed") {
  const [was, is] = [project(`${folder(id)}/previous`), project(`${folder(id)}/${current}`)];
  return compareProjects(was, is, {
    today: "2026-11-21",
    ...(id === "STORED_STATE_VALID" ? { stored } : {}),
    ...(id === "LIVE_CLIENTS_CAN_READ" ? { readers } : {}),
  });
}

describe("breaking rules", () => {
  it.each(breakingRules.map(({ id }) => id))("%s finds what its fixture breaks, in its place", (id) => {
    const found = check(id, "current").breaks.filter(({ rule }) => rule === id);
    const expected: unknown = JSON.parse(readFileSync(`${fixtures}${folder(id)}/expected.json`, "utf8"));
    expect(found).not.toEqual([]);
    expect(
      found.map(({ file, range, side, severity, witness }) => ({
        at: `${side} ${file}:${range.start.line}:${range.start.column}-${range.end.line}:${range.end.column}`,
        severity,
        ...(witness === undefined ? {} : { witness: witness.text }),
      })),
    ).toEqual(expected);
  });

  it.each(breakingRules.map(({ id }) => id))("%s has nothing to say about a change that is allowed", (id) => {
    expect(check(id, "allowed").breaks.filter(({ rule }) => rule === id)).toEqual([]);
  });

  it("have nothing to say when nothing has changed", () => {
    const report = compareProjects(parseProject(base), parseProject(base), { today: "2026-11-21" });
    expect(report).toMatchObject({ result: "clean", breaks: [], changes: { added: [], changed: [], removed: [] } });
  });
});

describe("the registry of breaking rules", () => {
  it.each(breakingRules)("$id has fixtures, documentation and a category", ({ id, purpose, categories, docs }) => {
    expect(id).toMatch(/^[A-Z]+(_[A-Z0-9]+)+$/);
    for (const side of ["previous", "current", "allowed"])
      expect(existsSync(`${fixtures}${folder(id)}/${side}`)).toBe(true);
    expect(categories).not.toEqual([]);
    for (const text of [purpose, docs.what, docs.why, docs.example, docs.fix]) expect(text.trim()).not.toBe("");
  });

  it("has every fixture's rule, once", () => {
    const ids = breakingRules.map(({ id }) => folder(id));
    expect(new Set(ids).size).toBe(ids.length);
    expect(
      readdirSync(fixtures)
        .filter((name) => name !== "base")
        .sort(),
    ).toEqual([...ids].sort());
  });
});
