import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { parseYaml } from "./parse-yaml.ts";
import { readPlainYaml } from "./plain-yaml.ts";
import { syntaxDiagnostics } from "./syntax-diagnostics.ts";
import { toJson } from "./to-json.ts";

/** What the plain reader answers must be all that `yaml` has to say; where it does not answer, nothing is promised. */
function expectAgreement(text: string): "answered" | "left to yaml" {
  const answer = readPlainYaml(text);
  if (answer === undefined) return "left to yaml";
  const document = parseYaml(text);
  const { value, diagnostics, traps } = toJson("a.yaml", text, document);
  expect({ text, value: answer }).toEqual({ text, value });
  // The order of the members counts too.
  expect(JSON.stringify(answer)).toBe(JSON.stringify(value));
  expect({
    text,
    said: [...syntaxDiagnostics("a.yaml", text, document).diagnostics, ...diagnostics, ...traps],
  }).toEqual({
    text,
    said: [],
  });
  return "answered";
}

const root = join(import.meta.dirname, "../../../..");
const fixtures = ["flags", "examples", "packages/schema/src", "conformance"]
  .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name) && !entry.parentPath.includes("node_modules"))
  .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));

/** Everything that means something in YAML, as it stands between other things. */
const fragments = [
  [..."abz019-+.:,#&*!|>%@`?{}[]'\"\\/~_=<^$()\n\n\n", ..." ".repeat(10)],
  ["a: ", "b: 1", "- ", "  ", "\n  ", "\n    ", "\n- ", "\n\n", ": ", " #", "# c", "a:\n", "\n  - a: 1", "---", "..."],
  ["{ ", " }", "{}", "[]", ", ", "{ a: 1, b: [x, y] }", '"q"', "'q'", '"q": 1', "''", '""', "\\n", "a b", "a-b", "x:y"],
  ["true", "false", "True", "null", "Null", "~", "on", "off", "yes", "No", "<<", "__proto__", "constructor", "$ref"],
  [
    "0",
    "-0",
    "00",
    "1.5",
    "1.",
    ".5",
    "1e5",
    "0x1f",
    "0o7",
    "1_0",
    ".inf",
    "-.inf",
    ".nan",
    "+1",
    "12345678901234567890",
  ],
  ["2026-10-01", "2027-01-31T00:00:00Z", "12:30", "v1.2.3", "1.2.3", "5%", "5 a", "-5 a", "- -", "\t", "\r\n", "\r"],
  ["é", "\u00a0", "\u0085", "\u2028", "\ufeff", "😀", "\ud83d", "\u0000", "日本"],
].flat();

const soup = fc.array(fc.constantFrom(...fragments), { maxLength: 30 }).map((parts) => parts.join(""));

/** Lines that each could stand in a definition, at any indentation. */
const lines = fc
  .array(
    fc.tuple(
      fc.constantFrom("", "", "  ", "  ", "    ", "   ", "- ", "  - ", "      "),
      fc.constantFrom("", "", "a: ", "b: ", "c:", '"d": ', "'e' : ", "- ", "- f: ", "g:h: "),
      fc.constantFrom(
        ...fragments,
        "",
        "",
        "text",
        "more text # and a comment",
        "[a,",
        "b]",
        "{ a: 1,",
        "b: 2 }",
        "]",
        "}",
      ),
      fc.constantFrom("", "", "", " ", " # c", "#", ",", ":", " :"),
    ),
    { minLength: 1, maxLength: 10 },
  )
  .map((drawn) => drawn.map((parts) => parts.join("")).join("\n"));

const name = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom("a", "b", "type", "$ref", "x-y", "a.b", "a b") },
  { weight: 1, arbitrary: fc.oneof(fc.constantFrom(...fragments), fc.string()) },
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    {
      weight: 4,
      arbitrary: fc.constantFrom("text", "more text", "It's 5% (or so)", "http://a.b/c", "2026-10-01", "[x]"),
    },
    fc.constantFrom(...fragments),
    fc.string(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.boolean(),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(name, tie("value"), { maxKeys: 4 }),
  ),
}));

/** What people write by hand or with a tool, in one of the styles there are. */
const written = fc
  .tuple(
    fc.dictionary(name, value, { minKeys: 1, maxKeys: 6 }),
    fc.record({
      lineWidth: fc.constantFrom(0, 20, 80),
      indent: fc.integer({ min: 1, max: 4 }),
      indentSeq: fc.boolean(),
      collectionStyle: fc.constantFrom("any" as const, "flow" as const, "block" as const),
      defaultStringType: fc.constantFrom("PLAIN" as const, "QUOTE_DOUBLE" as const, "QUOTE_SINGLE" as const),
      flowCollectionPadding: fc.boolean(),
    }),
  )
  .map(([drawn, style]) => stringify(drawn, style));

/** A text in which something was changed by a slip of the hand. */
function mutated(texts: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(
      texts,
      fc.array(fc.tuple(fc.nat(), fc.nat(3), fc.constantFrom(...fragments, "")), { minLength: 1, maxLength: 3 }),
    )
    .map(([text, changes]) =>
      changes.reduce((now, [at, length, put]) => {
        const from = at % (now.length + 1);
        return now.slice(0, from) + put + now.slice(from + length);
      }, text),
    );
}

describe("the reader of plain YAML", () => {
  it("reads most of what definitions are written in", () => {
    const outcomes = fixtures.map(expectAgreement);
    expect(outcomes.filter((each) => each === "answered").length).toBeGreaterThan(outcomes.length / 2);
  });

  it.each([
    ["block collections", "a:\n  b: 1\n  c:\n    - x\n    - p: 2\n      q: 3\nd:\n- 1\n- [2]\n"],
    ["flow collections over lines", "a: { b: 1,\n  c: [x, z\n  ] }\ne: []\n"],
    ["comments and empty lines", "# head\n\na: 1 # one\n\n  # between\nb: x#y # z\n   \n# end"],
    ["text with signs in it", 'a: It\'s 5% of a/b, (c) {d} [e] & *f* | "g"?\nb: http://x.y/z\nc: 2026-10-01\n'],
    ["Windows line ends", "a: 1\r\nb:\r\n  c: x\r\n"],
    ["names of inherited members", "constructor: 1\ntoString: { valueOf: x }\n"],
  ])("reads %s", (_, text) => {
    expect(expectAgreement(text)).toBe("answered");
  });

  it.each([
    ["a key twice", "a: 1\na: 2\n"],
    ["a word that people take for a boolean", "a: on\n"],
    ["a number of another notation", "a: 0x10\n"],
    ["a number that cannot be held exactly", "a: 12345678901234567890\n"],
    ["text over several lines", "a: b\n  c\n"],
    ["anchors and aliases", "a: &x 1\nb: *x\n"],
    ["a member that would be a prototype", "__proto__: { a: 1 }\n"],
    ["several documents", "a: 1\n---\nb: 2\n"],
    ["tabs", "a:\tb\n"],
    ["an empty value", "a:\nb: 1\n"],
    ["deep nesting", `a: ${"[".repeat(60)}${"]".repeat(60)}\n`],
    ["a long text", `a: ${"b".repeat(60_000)}\n`],
  ])("leaves %s to yaml", (_, text) => {
    expect(readPlainYaml(text)).toBeUndefined();
  });

  it.each([
    ["written documents", written, 0.15],
    ["documents with slips", mutated(written), 0.05],
    ["definitions with slips", mutated(fc.constantFrom(...fixtures)), 0.1],
    ["lines in any order", lines, 0],
    ["whatever means something in YAML", soup, 0],
  ])("says of %s what yaml says", (_, texts, share) => {
    let answered = 0;
    const numRuns = 2_000;
    fc.assert(
      fc.property(texts, (text) => {
        if (expectAgreement(text) === "answered") answered++;
      }),
      { numRuns },
    );
    expect(answered).toBeGreaterThanOrEqual(numRuns * share);
  });
});
