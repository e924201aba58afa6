import { readProject } from "@flagwright/schema";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../testing/run-cli.ts";
import { readInParallel } from "./parallel.ts";
import { lookAtInputs } from "./stamp.ts";

const flag = (key: string, more = ""): string =>
  `flag: ${key}\nversion: 1\ndescription: A flag.\nowner: us\nkind: operational\nvalue: { $ref: schemas/limit.yaml }\ndefault: 1\nvariants: { low: 2 }\n${more}`;
const project = {
  "flagwright.yaml": "project: shop\nenvironments: [development]\n",
  "flags/schemas/limit.yaml": "type: integer\nminimum: 0\n",
  "flags/a.yaml": flag("first", "requires: { last: [low] }\n"),
  "flags/b.yaml": flag("second"),
  "flags/y.yaml": flag("third"),
  "flags/z.yaml": flag("last"),
  "flags/environments/development.yaml": "flags:\n  second: { on: true, otherwise: low }\n",
};

async function inParallel(files: Readonly<Record<string, string>>) {
  using folder = temporaryFolder(files);
  const whole = readProject(folder.path);
  const read = await readInParallel(folder.path, "flags", lookAtInputs(folder.path, "flags", [], 0), undefined, 2);
  return { whole, read };
}

test("two threads read what one reads, also flags that require one in the other half", async () => {
  const { whole, read } = await inParallel(project);
  expect(whole.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  expect(read?.config).toEqual(whole.config);
  const expected = whole.definitions.map(({ file, value }) => [file, value]);
  expect([...(read?.definitions ?? [])].sort(([a], [b]) => (a < b ? -1 : 1))).toEqual(
    expected.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
  );
});

test.each([
  ["a value that does not fit", { "flags/y.yaml": flag("third").replace("default: 1", "default: -1") }],
  ["one key in both halves", { "flags/y.yaml": flag("second") }],
  ["a required flag that is not there", { "flags/z.yaml": flag("final") }],
  [
    "a state that does not fit",
    { "flags/environments/development.yaml": "flags:\n  second: { on: true, otherwise: x }\n" },
  ],
  ["broken YAML", { "flags/z.yaml": "flag: [" }],
])("%s makes one thread read the whole project, to say what is wrong", async (_, files) => {
  const { whole, read } = await inParallel({ ...project, ...files });
  expect(whole.diagnostics.some(({ severity }) => severity === "error")).toBe(true);
  expect(read).toBeUndefined();
});
