import { compareProjects, parseProject, type Project } from "@flagwright/schema";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generate } from "../generators/index.ts";
import { createConsumer, type CompilerError, type Consumer } from "../generators/testing/consumer.ts";

/** One change: the lines of a flag before and after, and code that somebody has written against the flag before. */
interface Change {
  readonly name: string;
  readonly before: string;
  readonly after: string;
  readonly caller: string;
  /** Lines of `context` in the project file, when they change. */
  readonly contexts?: readonly [before: string, after: string];
  readonly breaks: boolean;
}

const object = (properties: string, required = "[percent]"): string =>
  `kind: permission\nvalue: { type: object, required: ${required}, properties: { ${properties} }, additionalProperties: false }\ndefault: { percent: 0 }\n`;
const choice = (values: string): string => `kind: permission\nvalue: { enum: ${values} }\ndefault: a\n`;
const context = (lines: string): string => `kind: permission\nvalue: boolean\ndefault: false\ncontext: ${lines}\n`;
const user = '{ targetingKey: "u"';

const changes: readonly Change[] = [
  {
    name: "a bound that moves",
    before: object("percent: { type: number, maximum: 90 }"),
    after: object("percent: { type: number, maximum: 95 }"),
    caller: `export const x: number = flag(${user} }).percent;`,
    breaks: false,
  },
  {
    name: "a number that becomes an integer",
    before: object("percent: { type: number }"),
    after: object("percent: { type: integer }"),
    caller: `export const x: number = flag(${user} }).percent;`,
    breaks: false,
  },
  {
    name: "a property of another type",
    before: object("percent: { type: number }"),
    after: object("percent: { type: [number, string] }"),
    caller: `export const x: number = flag(${user} }).percent;`,
    breaks: true,
  },
  {
    name: "a property that may be missing now",
    before: object("percent: { type: number }"),
    after: object("percent: { type: number }", "[]"),
    caller: `export const x: number = flag(${user} }).percent;`,
    breaks: true,
  },
  {
    name: "a property that is always there now",
    before: object("percent: { type: number }", "[]"),
    after: object("percent: { type: number }"),
    caller: `export const x: number | undefined = flag(${user} }).percent;`,
    breaks: false,
  },
  {
    name: "one more value of an enum",
    before: choice("[a, b]"),
    after: choice("[a, b, c]"),
    caller: `export const x: "a" | "b" = flag(${user} });`,
    breaks: true,
  },
  {
    name: "one value of an enum less",
    before: choice("[a, b, c]"),
    after: choice("[a, b]"),
    caller: `export const x: "a" | "b" | "c" = flag(${user} });`,
    breaks: false,
  },
  {
    name: "another type altogether",
    before: choice("[a, b]"),
    after: "kind: permission\nvalue: integer\ndefault: 1\n",
    caller: `export const x: string = flag(${user} });`,
    breaks: true,
  },
  {
    name: "an attribute that becomes required",
    before: context("{ optional: [region] }"),
    after: context("{ required: [region] }"),
    caller: `export const x: boolean = flag(${user} });`,
    breaks: true,
  },
  {
    name: "an attribute that becomes optional",
    before: context("{ required: [region] }"),
    after: context("{ optional: [region] }"),
    caller: `export const x: boolean = flag(${user}, region: "MY" });`,
    breaks: false,
  },
  {
    name: "one more optional attribute",
    before: context("{ optional: [region] }"),
    after: context("{ optional: [region, plan] }"),
    caller: `export const x: boolean = flag(${user}, region: "MY" });`,
    breaks: false,
  },
  {
    name: "an attribute that is gone",
    before: context("{ optional: [region, plan] }"),
    after: context("{ optional: [region] }"),
    caller: `export const x: boolean = flag(${user}, plan: "pro" });`,
    breaks: true,
  },
  {
    name: "a narrower attribute",
    before: context("{ optional: [region] }"),
    after: context("{ optional: [region] }"),
    contexts: ["region: { enum: [MY, SG] }", "region: { enum: [SG] }"],
    caller: `export const x: boolean = flag(${user}, region: "MY" });`,
    breaks: true,
  },
  {
    name: "a wider attribute",
    before: context("{ optional: [region] }"),
    after: context("{ optional: [region] }"),
    contexts: ["region: { enum: [SG] }", "region: { enum: [MY, SG] }"],
    caller: `export const x: boolean = flag(${user}, region: "SG" });`,
    breaks: false,
  },
  {
    name: "bucketing where there was none",
    before: "kind: operational\nvalue: integer\ndefault: 1\n",
    after: "kind: operational\nbucketBy: targetingKey\nvalue: integer\ndefault: 1\n",
    caller: "export const x: number = flag();",
    breaks: true,
  },
  {
    name: "a variant that is gone",
    before: `${choice("[a, b]")}variants: { one: a, two: b }\n`,
    after: `${choice("[a, b]")}variants: { one: a }\n`,
    caller: 'export const x: "a" | "b" | undefined = flag.variants["two"];',
    breaks: false,
  },
];

function project(flag: string, attributes = "region: string\n  plan: string"): Project {
  const read = parseProject(
    new Map([
      ["flagwright.yaml", `project: p\ncontext:\n  ${attributes}\n`],
      ["flags/flag.yaml", `flag: flag\ndescription: d\nowner: o\n${flag}`],
    ]),
  );
  expect(read.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return read;
}

async function modulesOf({
  config,
  definitions,
}: Project): Promise<readonly { readonly path: string; readonly content: string }[]> {
  const { files, problems } = await generate(
    {
      project: config.project,
      definitions: definitions.map(({ value }) => value),
      context: config.context,
      version: "0.0.0",
    },
    [{ target: "typescript", output: "flags.gen.ts", options: { importExtension: ".js" } }],
  );
  expect(problems).toEqual([]);
  return files;
}

const sides = ["before", "after"] as const;
const projects = changes.map(({ before, after, contexts }) => ({
  before: project(before, contexts?.[0]),
  after: project(after, contexts?.[1]),
}));

let consumer: Consumer;
let errors: readonly CompilerError[];
beforeAll(async () => {
  consumer = await createConsumer();
  for (const [index, { caller }] of changes.entries())
    for (const side of sides) {
      const modules = await modulesOf(projects[index]?.[side] ?? project(""));
      consumer.write([
        ...modules.map(({ path, content }) => ({ path: `${side}-${index}/${path}`, content })),
        { path: `${side}-${index}/caller.ts`, content: `import { flag } from "./flags.gen.js";\n${caller}\n` },
      ]);
    }
  errors = await consumer.check({
    files: changes.flatMap((_, index) => sides.map((side) => `${side}-${index}/caller.ts`)),
  });
});
afterAll(() => consumer.remove());

describe("SOURCE breaks are those that a compiler finds", () => {
  it.each(changes.map(({ name, breaks }, index) => ({ name, breaks, index })))(
    "$name: $breaks",
    ({ breaks, index }) => {
      const failing = sides.filter((side) => errors.some(({ file }) => file === `${side}-${index}/caller.ts`));
      expect(failing).toEqual(breaks ? ["after"] : []);
      expect(errors.filter(({ file }) => file.endsWith("flags.gen.ts"))).toEqual([]);
      const pair = projects[index];
      if (pair === undefined) throw new Error("no such change");
      const report = compareProjects(pair.before, pair.after, { today: "2026-11-21" });
      const said = report.breaks.some(
        ({ severity, categories }) => severity === "error" && categories.includes("SOURCE"),
      );
      expect(said).toBe(breaks);
    },
  );
});
