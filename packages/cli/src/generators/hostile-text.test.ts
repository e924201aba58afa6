import { wireKey, type FlagDefinition } from "@flagwright/schema";
import fc from "fast-check";
import { format } from "prettier";
import { afterAll, beforeAll, expect, test } from "vitest";
import { generate } from "./index.ts";
import { hostileDefinition, hostileText, plainObject } from "./testing/arbitraries.ts";
import { createConsumer, type Consumer } from "./testing/consumer.ts";

/** Flags in one module; the seed is fixed, so that a failure can be seen again. */
const FLAGS = 250;
const SEED = 20261121;

const distinct = new Map(
  fc.sample(hostileDefinition, { numRuns: FLAGS, seed: SEED }).map((each) => [wireKey(each), each]),
);
const definitions: readonly FlagDefinition[] = [...distinct.values()];
const attributes = definitions.flatMap(({ context }) => context.required);
const context = {
  attributes: plainObject([
    ...attributes.map((name) => [name, { enum: ["*/", "`${x}`", name], description: name }] as const),
    ["other", { type: "string", description: "*/ other" }],
  ]) as Record<string, object> as never,
};

let consumer: Consumer | undefined;
let source = "";
let code = "";

beforeAll(async () => {
  consumer = await createConsumer();
  const { files } = await generate({ project: "*/", version: "0.0.0", definitions, context }, [
    { target: "typescript", output: "flags.gen.ts", options: { index: true } },
    { target: "typescript", output: "js/flags.gen.js", options: { language: "js", index: true } },
  ]);
  consumer.write(files);
  source = files.find(({ path }) => path === "flags.gen.ts")?.content ?? "";
  code = files.find(({ path }) => path === "js/flags.gen.js")?.content ?? "";
});
afterAll(() => consumer?.remove());

test("hostile text compiles under the strictest settings", async () => {
  expect(await consumer?.check({ files: ["flags.gen.ts", "flags.index.gen.ts", "js/flags.gen.d.ts"] })).toEqual([]);
});

test("hostile text means the same: keys, defaults and variants are read back unchanged", async () => {
  const index = await consumer?.load("js/flags.index.gen.js");
  const flags = (index?.["flags"] ?? {}) as Record<string, Read>;
  expect(Object.keys(flags).sort()).toEqual([...distinct.keys()].sort());
  for (const [key, { version, default: fallback, variants }] of distinct) {
    const flag = flags[key];
    expect([flag?.key, flag?.version]).toEqual([key, version]);
    expect(JSON.stringify(flag?.default)).toBe(JSON.stringify(fallback));
    expect(JSON.stringify(flag?.variants)).toBe(JSON.stringify(plainObject(variants)));
  }
});
interface Read {
  readonly key: string;
  readonly version: number;
  readonly default: unknown;
  readonly variants: unknown;
}

test("no character of a definition hides, reorders or ends a line in what is generated", () => {
  const harmless = new Set(["\n", "\u200d", "\ufe0f"]);
  for (const text of [source, code]) {
    const found = [...text].filter((each) => /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(each) && !harmless.has(each));
    expect(found).toEqual([]);
  }
});

test("nothing that was generated is changed by prettier", async () => {
  expect(await format(source, { parser: "typescript" })).toBe(source);
  expect(await format(code, { parser: "babel" })).toBe(code);
});

test("no description starts a tag or leaves its comment", async () => {
  await fc.assert(
    fc.asyncProperty(hostileText, async (description) => {
      const [definition] = definitions;
      if (definition === undefined) return;
      const flag = { ...definition, description, lifecycle: { status: "active" }, tags: [] } as const;
      const { files } = await generate({ project: "p", version: "0.0.0", definitions: [flag], context }, [
        { target: "typescript", output: "f.ts", options: {} },
      ]);
      const comments = files.find(({ path }) => path === "f.ts")?.content.match(/\/\*\*[\s\S]*?\*\//g) ?? [];
      expect(comments.join("\n")).not.toMatch(/(^|[\s*{])@(?!link \w+\}|deprecated `[^`]*` was renamed)/m);
    }),
    { numRuns: 60, seed: SEED },
  );
});
