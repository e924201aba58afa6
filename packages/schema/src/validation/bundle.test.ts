import { describe, expect, it } from "vitest";
import { definitionBundle } from "../project/definition-bundle.ts";
import { parseProject } from "../project/parse-project.ts";
import { readProject } from "../project/read-project.ts";
import { validateBundle } from "./bundle.ts";
import { validateDefinition } from "./definition.ts";
import { validateSegment } from "./segment.ts";

const bundle = definitionBundle(
  parseProject(
    new Map([
      ["flagwright.yaml", "project: shop\ncontext: { region: { enum: [MY, SG] } }\n"],
      ["flags/a.yaml", "flag: a\nkind: configuration\nvalue: integer\ndefault: 1\nvariants: { low: 1 }\n"],
      [
        "flags/b.yaml",
        "flag: b\nkind: release\nexpires: 2027-01-01\nvalue: boolean\ndefault: false\nrequires: { a: low }\n",
      ],
    ]),
  ),
);
const [a, b] = bundle.definitions;

const codes = (input: unknown): readonly string[] =>
  validateBundle(input).map(({ pointer, code }) => `${pointer} ${code}`);
const withFirst = (more: object): object => ({ ...bundle, definitions: [{ ...a, ...more }, b] });

describe("a bundle", () => {
  it("made from files is valid, that of this repository too", () => {
    expect(codes(bundle)).toEqual([]);
    expect(codes(JSON.parse(JSON.stringify(bundle)))).toEqual([]);
    expect(codes(definitionBundle(readProject(new URL("../../../..", import.meta.url).pathname)))).toEqual([]);
  });

  it.each<readonly [string, object, readonly string[]]>([
    ["a default of another type", withFirst({ default: "x" }), ["/definitions/0/default DEFAULT_MATCHES_SCHEMA"]],
    [
      "a variant of another type",
      withFirst({ variants: [["low", "x"]] }),
      ["/definitions/0/variants/0/1 VARIANTS_MATCH_SCHEMA"],
    ],
    ["a forged hash", withFirst({ schemaHash: "x" }), ["/definitions/0/schemaHash HASH_FOLLOWS_SCHEMA"]],
    ["a forged type", withFirst({ type: "string" }), ["/definitions/0/type TYPE_FOLLOWS_SCHEMA"]],
    [
      "an attribute nobody knows",
      withFirst({ context: { required: ["x"], optional: [] } }),
      [
        "/definitions/0/context/required/0 CONTEXT_ATTRIBUTE_KNOWN",
        "/definitions/1/requires/0/flag REQUIRES_CONTEXT_COVERED",
      ],
    ],
    ["a key that is none", withFirst({ key: "A b" }), ["/definitions/0/key SHAPE"]],
    ["a date that is none", withFirst({ created: "2026-02-30" }), ["/definitions/0/created DATE_EXISTS"]],
    ["the same flag twice", { ...bundle, definitions: [a, a] }, ["/definitions/1/key KEY_UNIQUE"]],
    [
      "a flag it requires missing",
      { ...bundle, definitions: [b] },
      ["/definitions/0/requires/0/flag REQUIRES_KNOWN_FLAG"],
    ],
    ["a schema that is none", withFirst({ value: { type: "intger" } }), []],
    ["another format", { ...bundle, format: 2 }, ["/format SHAPE"]],
    [
      "a broken attribute",
      { ...bundle, context: { attributes: { region: { typ: "string" } } } },
      ["/context/attributes/region SCHEMA_VALID"],
    ],
  ])("is refused for %s", (_name, input, expected) => {
    const found = codes(input);
    expect(found).not.toEqual([]);
    if (expected.length > 0) expect(found).toEqual(expected);
  });

  it.each([null, 1, "x", [], {}, { definitions: 1 }, JSON.parse('{"__proto__":1}') as unknown])(
    "%j is refused, and nothing throws",
    (input) => {
      expect(validateBundle(input).length).toBeGreaterThan(0);
      expect(validateDefinition(input).length).toBeGreaterThan(0);
      expect(
        validateSegment(input, { context: { attributes: {} }, definitions: new Map(), segments: new Map() }).length,
      ).toBeGreaterThan(0);
    },
  );
});
