import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { flagwright, temporaryFolder } from "../../testing/run-cli.ts";
import { changedDefinitions, fingerprints } from "./definitions.ts";
import { lookAtInputs } from "./stamp.ts";
import { toolName } from "./tool.ts";

const flag = (key: string, more = ""): string =>
  `flag: ${key}\nversion: 1\ndescription: A flag.\nowner: us\nkind: operational\nvalue: { $ref: schemas/limit.yaml }\ndefault: 1\n${more}`;
const project = {
  "flagwright.yaml": "project: shop\ngenerate:\n  - { target: typescript, output: src/flags.gen.ts }\n",
  "flags/schemas/limit.yaml": "type: integer\nminimum: 0\n",
  "flags/a.yaml": flag("first"),
  "flags/b.yaml": flag("second"),
};

async function generated(): Promise<ReturnType<typeof temporaryFolder>> {
  const folder = temporaryFolder(project);
  await flagwright(["generate"], { cwd: folder.path });
  return folder;
}

test("only what has changed is read, and the rest remembered as it was read", async () => {
  using folder = await generated();
  writeFileSync(join(folder.path, "flags/a.yaml"), flag("first", "owner: them\n").replace("owner: us\n", ""));
  const found = changedDefinitions(folder.path, toolName(), lookAtInputs(folder.path, "flags", [], Date.now()));
  expect([...(found?.project.files.keys() ?? [])].sort()).toEqual([
    "flags/a.yaml",
    "flags/schemas/limit.yaml",
    "flagwright.yaml",
  ]);
  const definitions = (found?.files ?? []).flatMap(([, , own]) => own);
  expect(definitions.map(({ key, owner, value }) => [key, owner, value]).sort()).toEqual([
    ["first", "them", { $defs: { limit: { type: "integer", minimum: 0 } }, $ref: "#/$defs/limit" }],
    ["second", "us", { $defs: { limit: { type: "integer", minimum: 0 } }, $ref: "#/$defs/limit" }],
  ]);
});

test.each([
  ["written again", (path: string) => writeFileSync(path, flag("first", "tags: [later]\n"))],
  ["deleted", (path: string) => rmSync(path)],
])("a file that is %s after it was looked at is not taken for what it was", async (_, change) => {
  using folder = await generated();
  const path = join(folder.path, "flags/a.yaml");
  writeFileSync(path, flag("first", "tags: [new]\n"));
  const inputs = lookAtInputs(folder.path, "flags", [], Date.now());
  change(path);
  expect(changedDefinitions(folder.path, toolName(), inputs)).toBeUndefined();
});

test("what stands for a definition changes with its file, its place and the schemas it may refer to, and with nothing else", async () => {
  using folder = await generated();
  const look = (): readonly string[] => {
    const inputs = lookAtInputs(folder.path, "flags", [], Date.now());
    const found = changedDefinitions(folder.path, toolName(), inputs);
    return found === undefined ? [] : [...fingerprints("flags", inputs, found.files).values()].sort();
  };
  const before = look();
  expect(new Set(before).size).toBe(2);
  writeFileSync(join(folder.path, "flags/b.yaml"), flag("second", "tags: [new]\n"));
  expect(look().filter((each) => before.includes(each))).toHaveLength(1);
  writeFileSync(join(folder.path, "flags/b.yaml"), flag("second"));
  expect(look()).toEqual(before);
  const inputs = lookAtInputs(folder.path, "flags", [], Date.now());
  const files = changedDefinitions(folder.path, toolName(), inputs)?.files ?? [];
  const other = inputs.map((each) => (each[0].includes("schemas") ? ([each[0], 1, 1, 1, "other"] as const) : each));
  expect([...fingerprints("flags", other, files).values()].some((each) => before.includes(each))).toBe(false);
});
