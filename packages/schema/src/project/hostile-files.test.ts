import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../diagnostic/diagnostic.ts";
import { diagnosticsText } from "../diagnostic/print-text.ts";
import { parseProject } from "./parse-project.ts";

const config = "project: shop\ncontext: { region: string }\n";
const good = "flag: good\nkind: configuration\nvalue: integer\ndefault: 1\n";

/** What is said about one file beside a good one, which must survive. */
function read(text: string, path = "flags/bad.yaml"): readonly Diagnostic[] {
  const project = parseProject(
    new Map([
      ["flagwright.yaml", config],
      ["flags/good.yaml", good],
      [path, text],
    ]),
  );
  expect(project.definitions.map(({ value }) => value.key)).toContain("good");
  expect(diagnosticsText(project.diagnostics, { files: project.files })).toContain(path);
  for (const { file, range, help } of project.diagnostics) {
    expect(file).toBe(path);
    expect(range.start.line).toBeGreaterThan(0);
    expect(help ?? "").not.toBe("");
  }
  return project.diagnostics;
}

const first = (diagnostics: readonly Diagnostic[]): string =>
  diagnostics.map(({ code, range: { start } }) => `${code} ${start.line}:${start.column}`)[0] ?? "none";

const flagWith = (line: string): string => `flag: bad\nkind: configuration\nvalue: string\ndefault: x\n${line}\n`;

describe("YAML that cannot be read", () => {
  it.each([
    ["an open bracket", "flag: bad\ntags: [a, b\n", "YAML_SYNTAX 3:1"],
    ["a tab for indentation", "flag: bad\ncontext:\n\trequired: [a]\n", "YAML_NO_TABS 3:1"],
    ["two documents", `${good}---\n${good}`, "YAML_ONE_DOCUMENT 5:1"],
    ["an alias without anchor", "flag: bad\nowner: *nobody\n", "YAML_ALIAS_KNOWN 2:8"],
    ["a list as key", "? [a, b]\n: c\n", "YAML_KEY_TEXT 1:3"],
    ["an infinite number", flagWith("version: .inf"), "NUMBER_FINITE 5:10"],
    ["nothing at all", "", "MEMBER_TYPE 1:1"],
    ["a text instead of an object", "hello\n", "MEMBER_TYPE 1:1"],
    ["binary", "\u0000\u0001\u0002", "MEMBER_TYPE 1:1"],
  ])("%s", (_name, text, expected) => {
    expect(first(read(text))).toBe(expected);
  });

  it("a key that is there twice, named", () => {
    expect(read(flagWith("kind: release"))).toMatchObject([
      {
        code: "YAML_KEY_UNIQUE",
        message: "The key kind is there twice; only one of the two can count.",
        range: { start: { line: 5, column: 1 }, end: { line: 5, column: 5 } },
      },
    ]);
  });

  it("a number that a double cannot hold", () => {
    expect(first(read("flag: bad\nkind: configuration\nvalue: integer\ndefault: 9007199254740993\n"))).toBe(
      "NUMBER_EXACT 4:10",
    );
  });
});

describe("files made to hurt", () => {
  it("of 5 MB are refused unread", () => {
    expect(first(read(`${good}# ${"x".repeat(5_000_000)}`))).toBe("FILE_SIZE 1:1");
  });

  it.each([
    ["brackets", `value: ${"[".repeat(2000)}${"]".repeat(2000)}`],
    [
      "indentation",
      Array.from({ length: 2000 }, (_, level) => `${" ".repeat(level)}a:`)
        .join("\n")
        .slice(0, 900_000),
    ],
    ["lists in lists", `value:\n  ${"- ".repeat(2000)}x`],
    [
      "a schema",
      `${good.replace("flag: good", "flag: bad").replace("integer", "{ items: ".repeat(150) + "{}" + "}".repeat(150))}`,
    ],
    ["an open bracket", "[".repeat(100_000)],
  ])("nested 2,000 levels deep by %s are refused in place", (_name, text) => {
    expect(first(read(text))).toMatch(/^(?:FILE_NESTING|FILE_SIZE|SCHEMA_DEPTH) /);
  });

  it("with anchors that explode are refused", () => {
    const lines = ["a: &a [x, x, x, x, x, x, x, x, x]"];
    for (let level = 1; level < 9; level++) {
      const [now, before] = [String.fromCharCode(97 + level), String.fromCharCode(96 + level)];
      lines.push(`${now}: &${now} [${Array.from({ length: 9 }, () => `*${before}`).join(", ")}]`);
    }
    expect(first(read(lines.join("\n")))).toMatch(/^FILE_VALUES /);
  });

  it("with an anchor inside itself are refused", () => {
    expect(first(read("flag: bad\nvalue: &a { items: *a }\n"))).toMatch(/^(?:FILE_NESTING|YAML_ALIAS_KNOWN) /);
  });
});

describe("__proto__ is data", () => {
  it("as a member of a file it is unknown, and changes no prototype", () => {
    expect(first(read(flagWith("__proto__: { polluted: true }")))).toBe("MEMBER_KNOWN 5:1");
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it("as a variant, attribute and flag it is kept or refused, never lost", () => {
    const project = parseProject(
      new Map([
        ["flagwright.yaml", "project: shop\ncontext: { __proto__: string }\n"],
        ["flags/bad.yaml", flagWith("variants: { __proto__: v, constructor: w }\ncontext: { optional: [__proto__] }")],
        [
          "flags/environments/production.yaml",
          "flags: { bad: { on: true, otherwise: __proto__, rules: [{ when: { __proto__: x }, serve: constructor }] }, __proto__: { on: true } }\n",
        ],
      ]),
    );
    expect(project.definitions[0]?.value.variants).toEqual([
      ["__proto__", "v"],
      ["constructor", "w"],
    ]);
    expect(Object.keys(project.config.context.attributes)).toEqual(["__proto__"]);
    expect(project.environments[0]?.states[0]?.value).toMatchObject({
      otherwise: { variant: "__proto__" },
      rules: [{ when: { attribute: "__proto__", operator: "equals", value: "x" } }],
    });
    expect(project.diagnostics.map(({ code }) => code)).toEqual(["STATE_OF_KNOWN_FLAG"]);
  });

  it("as a property of a schema it is refused, since no validator would see it", () => {
    const text =
      "flag: bad\nkind: configuration\nvalue: { type: object, properties: { __proto__: { type: string } } }\ndefault: {}\n";
    expect(read(text).map(({ code }) => code)).toContain("SCHEMA_KEYWORD");
  });
});
