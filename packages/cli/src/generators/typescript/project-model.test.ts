import { expect, test } from "vitest";
import { generate } from "../index.ts";
import { definition, input } from "../testing/definitions.ts";

async function moduleOf(values: Readonly<Record<string, object>>): Promise<string> {
  const definitions = Object.entries(values).map(([key, value]) =>
    definition({ key, type: "object", value: value as never, schemaHash: key, default: {} }),
  );
  const { files } = await generate({ ...input, definitions }, [{ target: "typescript", output: "f.ts", options: {} }]);
  return files.find(({ path }) => path === "f.ts")?.content ?? "";
}

const money = {
  type: "object",
  required: ["amount"],
  properties: { amount: { type: "integer" } },
  additionalProperties: false,
};
const price = (definitions: object): object => ({
  type: "object",
  properties: { price: { $ref: "#/$defs/money" } },
  $defs: definitions,
});

test("a shared schema is one type, however many flags refer to it", async () => {
  const text = await moduleOf({ a: price({ money }), b: price({ money, unused: { type: "string" } }) });
  expect(text.match(/interface Money/g)).toHaveLength(1);
  expect(text.match(/readonly price\?: Money;/g)).toHaveLength(2);
});

test("two shared schemas of one name get neither of them that name", async () => {
  const text = await moduleOf({ a: price({ money }), b: price({ money: { type: "string" } }) });
  expect(text).not.toMatch(/\bMoney\b/);
  expect(new Set(text.match(/\bMoney_[0-9a-f]{8}\b/g)).size).toBe(2);
});

test("a schema may lead back to itself through an object or an array", async () => {
  const text = await moduleOf({
    tree: { type: "object", properties: { kids: { type: "array", items: { $ref: "#" } } } },
  });
  expect(text).toContain("readonly kids?: readonly Tree[];");
});

test("an optional member that every object inherits may be a function, so that leaving it out compiles", async () => {
  const text = await moduleOf({
    a: {
      type: "object",
      required: ["toString"],
      properties: { constructor: { type: "string" }, toString: { type: "string" } },
    },
  });
  expect(text).toContain("readonly constructor?: string | Function;");
  expect(text).toContain("readonly toString: string;");
});

test("a schema that is only itself allows anything, and its type says so", async () => {
  const text = await moduleOf({
    a: {
      $ref: "#/$defs/loop",
      $defs: { loop: { anyOf: [{ $ref: "#/$defs/pool" }, { type: "null" }] }, pool: { $ref: "#/$defs/loop" } },
    },
  });
  expect(text).toContain("export type Loop = unknown;");
});
