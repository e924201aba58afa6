import { readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { parseProject } from "../project/parse-project.ts";
import { fileRole } from "../project/project-files.ts";
import { readProjectFiles } from "../project/read-project.ts";
import { type FormatName, formatSchemas } from "./formats.ts";

const ajv = new Ajv2020({
  allErrors: true,
  strict: true,
  strictTypes: false,
  strictRequired: false,
  strictTuples: false,
});
const compiled = new Map<string, ValidateFunction>();

function accepts(format: FormatName, value: unknown): boolean {
  const validate = compiled.get(format) ?? ajv.compile(formatSchemas[format]);
  compiled.set(format, validate);
  return validate(value);
}

const root = new URL("../../../..", import.meta.url).pathname;

describe("the published formats", () => {
  it.each(Object.keys(formatSchemas) as FormatName[])("%s is a JSON Schema that ajv takes in strict mode", (name) => {
    expect(() => accepts(name, {})).not.toThrow();
  });

  it("accept every file of this repository's own project", () => {
    const files = [...readProjectFiles(root)];
    expect(files.length).toBeGreaterThan(5);
    for (const [path, text] of files) {
      const role = path === "flagwright.yaml" ? "project" : fileRole(path, "flags");
      if (role === undefined || role === "schema") continue;
      expect({ path, accepted: accepts(role, parse(text)) }).toEqual({ path, accepted: true });
    }
  });
});

const flag = "flag: a\nkind: configuration\nowner: t\ndescription: d\nvalue: string\ndefault: x\n";
const refused: readonly (readonly [FormatName, string, string])[] = [
  ["flag", "flags/a.yaml", flag.replace("kind: configuration", "kind: other")],
  ["flag", "flags/a.yaml", flag.replace("flag: a", "flag: New Checkout")],
  ["flag", "flags/a.yaml", `${flag}ownr: t\n`],
  ["flag", "flags/a.yaml", flag.replace("default: x\n", "")],
  ["flag", "flags/a.yaml", flag.replace("value: string", "value: text")],
  ["flag", "flags/a.yaml", `${flag}version: 0\n`],
  ["flag", "flags/a.yaml", `${flag}version: "2"\n`],
  ["flag", "flags/a.yaml", `${flag}context: [region]\n`],
  ["flag", "flags/a.yaml", `${flag}suppress: [{ rule: X }]\n`],
  ["flag", "flags/a.yaml", `${flag}lifecycle: gone\n`],
  ["project", "flagwright.yaml", "flags: flags\n"],
  ["project", "flagwright.yaml", "project: p\nenvironments: [A b]\n"],
  ["project", "flagwright.yaml", "project: p\ngenerate: [{ target: typescript }]\n"],
  ["project", "flagwright.yaml", "project: p\nlint: { OWNER_PRESENT: loud }\n"],
  ["segment", "flags/segments/s.yaml", "description: none\n"],
  ["segment", "flags/segments/s.yaml", "segment: s\nwhen: { plan: {} }\nincluded: [a]\n"],
  ["environment", "flags/environments/production.yaml", "flags: { a: { on: true, otherwise: { x: 120 } } }\n"],
  ["environment", "flags/environments/production.yaml", "flags: { a: { otherwise: x } }\n"],
  ["environment", "flags/environments/production.yaml", "flags: { a: { on: 'yes' } }\n"],
  ["environment", "flags/environments/production.yaml", "flags: { a: { on: true, rules: [{ serve: x }] } }\n"],
  ["environment", "flags/environments/production.yaml", "flags: { a: { on: true, rule: [] } }\n"],
];

describe("parser and schema agree", () => {
  it.each(refused)("both refuse a %s file such as %s:\n%s", (format, path, text) => {
    expect(accepts(format, parse(text))).toBe(false);
    const files = new Map([
      ["flagwright.yaml", "project: p\n"],
      ["flags/a.yaml", flag],
    ]).set(path, text);
    const errors = parseProject(files).diagnostics.filter(
      ({ severity, file }) => severity === "error" && file === path,
    );
    expect(errors).not.toEqual([]);
  });

  it("have the same members for a flag", () => {
    const source = readFileSync(new URL("../project/read-flag.ts", import.meta.url), "utf8");
    const members = /const members = \[([^\]]*)\]/.exec(source)?.[1]?.match(/\$?\w+/g) ?? [];
    expect(Object.keys(formatSchemas.flag["properties"] as object).sort()).toEqual([...members].sort());
  });
});
