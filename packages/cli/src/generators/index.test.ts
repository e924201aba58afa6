import { format } from "prettier";
import { expect, test } from "vitest";
import { generate, type GenerateInput } from "./index.ts";
import { definition, input } from "./testing/definitions.ts";

const module = async (changes: Partial<GenerateInput>): Promise<string> => {
  const { files, problems } = await generate({ ...input, ...changes }, [
    { target: "typescript", output: "flags.gen.ts", options: {} },
  ]);
  expect(problems).toEqual([]);
  return files[0]?.content ?? "";
};

test("a flag becomes data, one pure call, and an exact type", async () => {
  expect(await module({ styleOf: async () => ({ printWidth: 120 }) })).toContain(`export interface RegionalDiscount {
  /** Taken off the total. From 0 to 90. */
  readonly percent: number;
  /** Shown beside the total. At most 80 characters. */
  readonly message?: string;
}

/** What the rules of {@link regionalDiscount} may read. */
export interface RegionalDiscountContext {
  readonly targetingKey: string;
  readonly region: Region;
  readonly tenant?: string | undefined;
  readonly plan?: Plan | undefined;
}

/**
 * Discount applied at checkout, by region.
 *
 * Experiment, owned by team-pricing, expires 2027-01-31.
 */
export const regionalDiscount: Flag<RegionalDiscount, RegionalDiscountContext> = /*@__PURE__*/ defineFlag(
  {
    key: "regional-discount",
    version: 1,
    type: "object",
    hash: "hash-of-regional-discount",
    default: { percent: 0 },
    variants: { none: { percent: 0 }, small: { percent: 5, message: "Five percent off" } },
  },
`);
});

test("the order of the definitions does not matter, nor does a second run", async () => {
  const definitions = [...input.definitions].reverse();
  expect(await module({ definitions })).toBe(await module({}));
});

test("prettier would change nothing", async () => {
  for (const printWidth of [60, 80, 120]) {
    const text = await module({ styleOf: async () => ({ printWidth }) });
    expect(await format(text, { printWidth, parser: "typescript" })).toBe(text);
  }
});

test("names that collide are given to neither flag, and reserved words get an underscore", async () => {
  const text = await module({
    definitions: ["a-b", "a.b", "delete", "then", "define-flag"].map((key) => definition({ key })),
  });
  const names = [...text.matchAll(/export const (\w+):/g)].map(([, name]) => name);
  expect(names).toEqual([
    expect.stringMatching(/^aB_[0-9a-f]{8}$/),
    expect.stringMatching(/^aB_[0-9a-f]{8}$/),
    "defineFlag",
    "delete_",
    "then_",
  ]);
  expect(new Set(names).size).toBe(5);
  expect(text).toContain("defineFlag as defineFlag_,");
});

test("an output that is configured wrongly is a problem, and nothing is generated for it", async () => {
  const { files, problems } = await generate(input, [
    { target: "typescript", output: "src/flags.gen.js", options: { importExtension: ".mjs", colour: 1 } },
    { target: "rust", output: "flags.rs", options: {} },
  ]);
  expect(files).toEqual([]);
  expect(problems.map(({ output, option }) => [output, option])).toEqual([
    [0, "importExtension"],
    [0, "colour"],
    [0, "output"],
    [1, "target"],
  ]);
});
