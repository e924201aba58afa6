import { describe, expect, it } from "vitest";
import { wireKey } from "../definition/identity.ts";
import { fileSnapshot } from "./file-snapshot.ts";
import type { Project } from "./model.ts";
import { parseProject } from "./parse-project.ts";

const config = `project: shop
context:
  region: { enum: [MY, SG] }
  plan: { enum: [free, pro] }
  age: integer
  address: { type: object, properties: { country: string } }
`.replace("country: string", "country: { type: string }");

const discount = `flag: discount
kind: permission
value:
  type: object
  required: [percent]
  properties: { percent: { type: number } }
  additionalProperties: false
default: { percent: 0 }
variants:
  none: { percent: 0 }
  small: { percent: 5 }
context: { required: [region], optional: [plan, age, address] }
`;

function project(files: { readonly [path: string]: string }): Project {
  return parseProject(
    new Map(Object.entries({ "flagwright.yaml": config, "flags/discount.yaml": discount, ...files })),
  );
}

function codes({ diagnostics }: Project): readonly string[] {
  return diagnostics.map(({ code }) => code);
}

describe("a flag in canonical form", () => {
  it("has its defaults filled in", () => {
    const read = project({});
    expect(codes(read)).toEqual([]);
    expect(read.definitions[0]?.value).toMatchObject({
      key: "discount",
      version: 1,
      visibility: "server",
      sensitive: false,
      type: "object",
      bucketBy: "targetingKey",
      salt: "discount",
      lifecycle: { status: "active" },
      context: { required: ["region", "targetingKey"], optional: ["plan", "age", "address"] },
      variants: [
        ["none", { percent: 0 }],
        ["small", { percent: 5 }],
      ],
    });
  });

  it.each([
    ["release", "targetingKey", undefined],
    ["experiment", "targetingKey", "2027-01-31T00:00:00Z"],
    ["permission", "targetingKey", undefined],
    ["operational", null, undefined],
    ["configuration", null, undefined],
  ])("of kind %s is bucketed by %s and ends by itself at %s", (kind, bucketBy, autoOff) => {
    const read = project({
      "flags/a.yaml": `flag: a\nkind: ${kind}\nexpires: 2027-01-31\nvalue: boolean\ndefault: false\n`,
    });
    const { value } = read.definitions[0] ?? {};
    expect({ bucketBy: value?.bucketBy, autoOff: value?.autoOff }).toEqual({ bucketBy, autoOff });
  });

  it("of version 2 has the wire key key@2, and flags are in order of key and version", () => {
    const read = project({
      "flags/discount@2.yaml": `${discount}version: 2\n`,
      "flags/a.yaml": discount.replace("flag: discount", "flag: a"),
    });
    expect(read.definitions.map(({ value }) => wireKey(value))).toEqual(["a", "discount", "discount@2"]);
  });

  it("keeps the salt of the flag it was renamed from", () => {
    const read = project({ "flags/discount.yaml": `${discount}renamedFrom: rebate\n` });
    expect(read.definitions[0]?.value).toMatchObject({ key: "discount", salt: "rebate", renamedFrom: "rebate" });
  });

  it("may be JSON", () => {
    const read = project({
      "flags/j.json": '{"flag": "j", "kind": "configuration", "value": "integer", "default": 3}',
    });
    expect(read.definitions.at(-1)?.value).toMatchObject({ key: "j", type: "integer", default: 3, bucketBy: null });
  });

  it("bundles shared schemas, those that they refer to, and recursion", () => {
    const read = project({
      "flags/schemas/tree.yaml":
        "type: object\nproperties: { price: { $ref: money.yaml }, next: { $ref: '#' } }\nadditionalProperties: false\n",
      "flags/schemas/money.yaml": "$defs: { cents: { type: integer, minimum: 0 } }\n$ref: '#/$defs/cents'\n",
      "flags/deep/t.yaml":
        "flag: t\nkind: configuration\nvalue: { $ref: ../schemas/tree.yaml }\ndefault: { price: 1, next: { price: -1 } }\n",
    });
    expect(read.definitions.at(-1)?.value).toMatchObject({ type: "object", value: { $ref: "#/$defs/tree" } });
    expect(read.diagnostics).toMatchObject([
      {
        code: "DEFAULT_MATCHES_SCHEMA",
        message: "/next/price must be at least 0.",
        file: "flags/deep/t.yaml",
        range: { start: { line: 4, column: 37 } },
      },
    ]);
  });

  it("names a shared schema that is missing, with the nearest one", () => {
    const read = project({
      "flags/schemas/money.yaml": "type: integer\n",
      "flags/t.yaml": "flag: t\nkind: configuration\nvalue: { $ref: schemas/mony.yaml }\ndefault: 1\n",
    });
    expect(read.diagnostics[0]).toMatchObject({
      code: "REFERENCE_RESOLVES",
      help: 'Did you mean "flags/schemas/money.yaml"?',
    });
  });
});

describe("conditions", () => {
  const when = (text: string): unknown => {
    const read = project({
      "flags/segments/s.yaml": "segment: s\nwhen: { plan: pro }\n",
      "flags/environments/production.yaml": `flags:\n  discount:\n    on: true\n    rules:\n      - { when: ${text}, serve: small }\n`,
    });
    expect(read.diagnostics).toEqual([]);
    return read.environments[0]?.states[0]?.value.rules[0]?.when;
  };

  it.each([
    ["{ region: MY }", { attribute: "region", operator: "equals", value: "MY" }],
    ["{ region: [MY, SG] }", { attribute: "region", operator: "in", value: ["MY", "SG"] }],
    ["{ plan: { not: free } }", { not: { attribute: "plan", operator: "equals", value: "free" } }],
    ["{ plan: { '!=': [free] } }", { not: { attribute: "plan", operator: "in", value: ["free"] } }],
    ["{ age: { '>=': 18 } }", { attribute: "age", operator: "atLeast", value: 18 }],
    ["{ plan: { exists: false } }", { attribute: "plan", operator: "exists", value: false }],
    ["{ address.country: MY }", { attribute: ["address", "country"], operator: "equals", value: "MY" }],
    ["{ segment: s }", { segment: "s" }],
    ["{ flag: discount, is: [small] }", { flag: "discount", is: ["small"] }],
    [
      "{ bucket: { salt: holdout, from: 0, to: 12.5 } }",
      { bucket: { by: ["targetingKey"], salt: "holdout", from: 0, to: 12_500 } },
    ],
    ["{ attribute: region, operator: in, value: [MY] }", { attribute: "region", operator: "in", value: ["MY"] }],
    [
      "{ age: { '>': 17, '<': 65 } }",
      {
        all: [
          { attribute: "age", operator: "greaterThan", value: 17 },
          { attribute: "age", operator: "lessThan", value: 65 },
        ],
      },
    ],
    [
      "{ any: [{ region: MY }, { not: { plan: free } }], age: 30 }",
      {
        all: [
          {
            any: [
              { attribute: "region", operator: "equals", value: "MY" },
              { not: { attribute: "plan", operator: "equals", value: "free" } },
            ],
          },
          { attribute: "age", operator: "equals", value: 30 },
        ],
      },
    ],
  ])("%s", (text, canonical) => {
    expect(when(text)).toEqual(canonical);
  });
});

describe("what is served", () => {
  const served = (text: string) => {
    const read = project({
      "flags/environments/production.yaml": `flags: { discount: { on: true, otherwise: ${text} } }\n`,
    });
    return { codes: codes(read), otherwise: read.environments[0]?.states[0]?.value.otherwise };
  };
  const split = (ranges: readonly unknown[], more: object = {}) => ({
    codes: [],
    otherwise: { split: { by: ["targetingKey"], algorithm: "murmur3", ranges, ...more } },
  });

  it("may be a variant, the default, weights, or ranges", () => {
    expect(served("small")).toEqual({ codes: [], otherwise: { variant: "small" } });
    expect(served("{ default: true }")).toEqual({ codes: [], otherwise: { default: true } });
    expect(served("{ none: 33.333, small: 66.667 }")).toEqual(
      split([
        ["none", 0, 33_333],
        ["small", 33_333, 100_000],
      ]),
    );
    expect(served("{ small: 0.001 }")).toEqual(split([["small", 0, 1]]));
    expect(served("{ ranges: [[small, 10, 20]], by: region, salt: x }")).toEqual(
      split([["small", 10_000, 20_000]], { by: ["region"], salt: "x" }),
    );
    expect(
      served(
        "{ split: { small: 100 }, ramp: { linear: true, steps: [['2027-01-01T00:00:00Z', 10], ['2027-01-02T00:00:00Z', 100]] } }",
      ),
    ).toEqual(
      split([["small", 0, 100_000]], {
        ramp: {
          linear: true,
          steps: [
            ["2027-01-01T00:00:00Z", 10_000],
            ["2027-01-02T00:00:00Z", 100_000],
          ],
        },
      }),
    );
  });

  it("cannot exceed 100 percent, or be a boolean", () => {
    expect(served("{ none: 60, small: 41 }").codes).toEqual(["WEIGHTS_WITHIN_100"]);
    expect(served("true").codes).toEqual(["MEMBER_TYPE"]);
  });
});

describe("file-based mode", () => {
  it("gives every flag of the project, those without a state off", () => {
    const read = project({
      "flags/b.yaml": "flag: b\nkind: release\nexpires: 2027-01-01\nvalue: boolean\ndefault: false\n",
      "flags/environments/production.yaml": "flags: { b: { on: true } }\n",
    });
    const snapshot = fileSnapshot(read, "production");
    expect(snapshot?.flags.map(({ key, on, otherwise }) => ({ key, on, otherwise }))).toEqual([
      { key: "b", on: true, otherwise: { variant: "on" } },
      { key: "discount", on: false, otherwise: { default: true } },
    ]);
    expect(fileSnapshot(read, "nowhere")).toBeUndefined();
  });
});

describe("problems", () => {
  it("of all files come in one run, in order, each in its place", () => {
    const read = project({
      "flags/a.yaml": "flag: A B\nkind: relase\nvalue: text\nversion: 0\nonwer: me\n",
      "flags/b.yaml": "flag: b\nkind: configuration\nvalue: boolean\ndefault: on\n",
      "flags/environments/production.yaml": "flags:\n  discuont: { on: true }\n",
      "flags/segments/s.yaml": "segment: s\nwhen: { plna: pro }\n",
    });
    expect(
      read.diagnostics.map(({ file, code, range: { start } }) => `${file}:${start.line}:${start.column} ${code}`),
    ).toEqual([
      "flags/a.yaml:1:1 DEFAULT_PRESENT",
      "flags/a.yaml:1:7 KEY_FORMAT",
      "flags/a.yaml:2:7 MEMBER_TYPE",
      "flags/a.yaml:3:8 MEMBER_TYPE",
      "flags/a.yaml:5:1 MEMBER_KNOWN",
      "flags/b.yaml:4:10 DEFAULT_MATCHES_SCHEMA",
      "flags/b.yaml:4:10 NO_YAML_TRAP",
      "flags/environments/production.yaml:2:3 STATE_OF_KNOWN_FLAG",
      "flags/segments/s.yaml:2:9 ATTRIBUTE_IN_CONTEXT",
    ]);
    expect(read.diagnostics.every(({ help }) => help !== undefined)).toBe(true);
  });

  it("say when there is no project file", () => {
    expect(codes(parseProject(new Map([["flags/discount.yaml", discount]])))).toContain("PROJECT_FILE_PRESENT");
  });

  it("leave alone what is not ours", () => {
    const read = project({ "flags/README.md": "# flags", "flags/.hidden/x.yaml": "][", "src/a.yaml": "][" });
    expect(codes(read)).toEqual([]);
    expect([...read.files.keys()]).toEqual(["flagwright.yaml", "flags/discount.yaml"]);
  });
});
