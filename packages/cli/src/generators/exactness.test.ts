import type { JsonValue } from "@flagwright/runtime";
import { valueTypeOf } from "@flagwright/schema";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { generate } from "./index.ts";
import { createConsumer, type Consumer } from "./testing/consumer.ts";
import { definition } from "./testing/definitions.ts";
import { DEFINITIONS, sample } from "./testing/schema-arbitrary.ts";
import { valueLiteral } from "./typescript/literal.ts";

const SCHEMAS = 220;
const SEED = 20261121;

/** Values of other kinds, put to every schema beside its own. */
const STRANGERS: readonly JsonValue[] = [
  "s",
  3,
  99.25,
  true,
  null,
  [],
  ["u", 1],
  {},
  { a: 1, zz: "x" },
  { kind: "k0" },
];

interface Case {
  readonly flag: string;
  readonly file: string;
  readonly line: number;
  readonly value: JsonValue;
  readonly valid: boolean;
  readonly accepted: boolean;
}

let consumer: Consumer | undefined;
let cases: readonly (Case & { readonly typed: boolean })[] = [];
const schemas = new Map<string, object>();

beforeAll(async () => {
  consumer = await createConsumer();
  const ajv = new Ajv2020({ strict: false, validateFormats: false, ownProperties: true });
  const drawn = fc.sample(sample, { numRuns: SCHEMAS, seed: SEED }).map((each, at) => {
    const schema = typeof each.schema === "boolean" ? { allOf: [each.schema] } : each.schema;
    return { key: `flag-x${at}`, name: `flagX${at}`, schema: { ...schema, $defs: DEFINITIONS }, value: each.value };
  });
  const valid = drawn
    .map((each) => ({ ...each, judge: ajv.compile(each.schema) }))
    .filter(({ judge, value }) => judge(value) === true);
  for (const { name, schema } of valid) schemas.set(name, schema);

  const definitions = valid.map(({ key, schema, value }) =>
    definition({ key, type: valueTypeOf(schema), value: schema, default: value, schemaHash: key }),
  );
  const { files } = await generate({ project: "p", version: "0.0.0", definitions, context: { attributes: {} } }, [
    { target: "typescript", output: "flags.gen.js", options: { language: "js" } },
  ]);
  const spies = files.map((file) => ({
    path: file.path,
    content: file.content.replace('from "@flagwright/runtime/codegen/v1"', 'from "./spy.js"'),
  }));
  consumer.write([
    ...files.filter(({ path }) => path.endsWith(".d.ts")),
    ...spies.filter(({ path }) => path.endsWith(".js")),
    {
      path: "spy.js",
      content: "export const defineFlag = (data, validate) => ({ data, validate });\n",
    },
  ]);
  const module = (await consumer.load("flags.gen.js")) as Record<string, Defined>;

  const all = valid.map(({ name, judge, value }, at) => {
    const others = valid.slice(at + 1, at + 4).map((each) => each.value);
    const lines = [value, ...mutations(value), ...others, ...STRANGERS];
    return {
      path: `values-${at}.ts`,
      content: `import { ${name} as flag } from "./flags.gen.js";\ntype V = typeof flag.default;\n${lines.map((each, i) => `export const v${i}: V = ${valueLiteral(each)};\n`).join("")}`,
      cases: lines.map((each, i): Case => {
        const valid = judge(each) === true;
        return {
          flag: name,
          file: `values-${at}.ts`,
          line: i + 3,
          value: each,
          valid,
          accepted: reads(module[name], each),
        };
      }),
    };
  });
  consumer.write(all);
  const errors = await consumer.check({ files: all.map(({ path }) => path) });
  const refused = new Set(errors.map(({ file, line }) => `${file}:${line}`));
  expect(errors.filter(({ file }) => !file.startsWith("values-"))).toEqual([]);
  cases = all
    .flatMap((each) => each.cases)
    .map((each) => ({ ...each, typed: !refused.has(`${each.file}:${each.line}`) }));
}, 60_000);
afterAll(() => consumer?.remove());

interface Defined {
  readonly data: { readonly type: string; readonly enum?: readonly JsonValue[] };
  readonly validate?: (value: unknown) => boolean;
}

/** What the runtime does with a value whose schema is another: it compares type and enum, and asks the validator. */
function reads(flag: Defined | undefined, value: JsonValue): boolean {
  if (flag === undefined) return false;
  const { data, validate } = flag;
  if (data.type !== "any" && !typesOf(value).includes(data.type)) return false;
  return (data.enum?.includes(value) ?? true) && (validate?.(value) ?? true);
}

function typesOf(value: JsonValue): readonly string[] {
  if (value === null) return ["null"];
  if (Array.isArray(value)) return ["array"];
  return Number.isInteger(value) ? ["integer", "number"] : [typeof value];
}

/** Values near one that is valid. */
function mutations(value: JsonValue): readonly JsonValue[] {
  if (Array.isArray(value)) return [value.slice(1), [...value, ...value], [...value, "extra"]];
  if (typeof value !== "object" || value === null) return [[value], { a: value }];
  const entries = Object.entries(value);
  const own = (members: readonly (readonly [string, JsonValue])[]): JsonValue =>
    JSON.parse(
      `{${members.map(([key, member]) => `${JSON.stringify(key)}:${JSON.stringify(member)}`).join(",")}}`,
    ) as JsonValue;
  return [
    ...entries.map(([dropped]) => own(entries.filter(([key]) => key !== dropped))),
    ...entries.map(([changed, member]) => own(entries.map(([key, each]) => [key, key === changed ? [member] : each]))),
    own([...entries, ["extra", 1]]),
  ];
}

const shown = ({ flag, value }: Case): string => JSON.stringify({ schema: schemas.get(flag), value });

test("the sample holds many valid and many invalid values", () => {
  expect(schemas.size).toBeGreaterThan(150);
  expect(cases.filter(({ valid }) => valid).length).toBeGreaterThan(400);
  expect(cases.filter(({ valid }) => !valid).length).toBeGreaterThan(1_500);
});

test("a value that the schema allows type-checks", () => {
  expect(cases.filter(({ valid, typed }) => valid && !typed).map(shown)).toEqual([]);
});

test("the generated validator says what the schema says", () => {
  expect(cases.filter(({ valid, accepted }) => valid !== accepted).map(shown)).toEqual([]);
});

test("the type alone refuses most values that the schema refuses", () => {
  const invalid = cases.filter(({ valid }) => !valid);
  expect(invalid.filter(({ typed }) => !typed).length / invalid.length).toBeGreaterThan(0.8);
});
