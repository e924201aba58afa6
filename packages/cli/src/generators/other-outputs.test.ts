import { expect, test } from "vitest";
import { generate } from "./index.ts";
import { definition, input } from "./testing/definitions.ts";
import { typeTestDefinitions } from "./testing/type-test-definitions.ts";

test("the client's output has no word of a flag that clients may not see", async () => {
  const definitions = [
    definition({ key: "shown", visibility: "client", lifecycle: { status: "deprecated", replacement: "secret-plan" } }),
    definition({
      key: "secret-plan",
      description: "Hush",
      owner: "team-hidden",
      type: "object",
      value: {
        type: "object",
        properties: { clandestine: { $ref: "#/$defs/covert" } },
        $defs: { covert: { enum: ["x"] } },
      },
      default: {},
      context: { required: ["region"], optional: [] },
      renamedFrom: "older-secret",
    }),
  ];
  const client = { audience: "client" };
  const { files, problems } = await generate({ ...input, definitions }, [
    { target: "typescript", output: "a.ts", options: { ...client, index: true, openfeature: true } },
    { target: "typescript", output: "b", options: { ...client, split: "folder", language: "js" } },
    { target: "openfeature-manifest", output: "m.json", options: client },
    { target: "schemas", output: "s.json", options: client },
  ]);
  expect(problems).toEqual([]);
  const text = files.map(({ path, content }) => path + content).join("\n");
  expect(text).toContain("shown");
  expect(text).not.toMatch(/secret|hush|hidden|clandestine|covert|region/i);
});

test("the OpenFeature manifest names each flag's type, default and description", async () => {
  const { files } = await generate({ ...input, definitions: typeTestDefinitions }, [
    { target: "openfeature-manifest", output: "m.json", options: {} },
  ]);
  const manifest = JSON.parse(files[0]?.content ?? "") as { readonly flags: Record<string, object> };
  expect(manifest.flags["new-checkout"]).toEqual({
    flagType: "boolean",
    defaultValue: false,
    description: "The one-page checkout. Off serves the old three steps.",
  });
  expect(manifest.flags["search-timeout-ms"]).toEqual({ flagType: "integer", defaultValue: 800 });
  expect(manifest.flags["map-window"]).toEqual({ flagType: "object", defaultValue: [0, 0] });
  expect(Object.keys(manifest.flags)).toContain("regional-discount@2");
});

test("folders that differ in case alone are one file, as they are on many disks", async () => {
  const definitions = [definition({ key: "upper" }), definition({ key: "lower" })];
  const sources = new Map([
    ["upper", "Checkout/upper.yaml"],
    ["lower", "checkout/lower.yaml"],
  ]);
  const { files, problems } = await generate({ ...input, definitions, sources }, [
    { target: "typescript", output: "out", options: { split: "folder" } },
  ]);
  expect(problems).toEqual([]);
  expect(files.map(({ path }) => path)).toContain("out/flags/checkout.ts");
  expect(files.find(({ path }) => path === "out/flags/checkout.ts")?.content).toMatch(/lower:[^]*upper:/);
});

test("two outputs cannot write the same file", async () => {
  const entry = { target: "typescript", output: "a.ts", options: {} };
  const { problems } = await generate(input, [entry, entry]);
  expect(problems.map(({ output, option }) => [output, option])).toContainEqual([1, "output"]);
});
