import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listening } from "../testing/listening.ts";
import { flagwright, temporaryFolder, type Result } from "../testing/run-cli.ts";

/** What `generate --watch` does with a project of two thousand flags, one after the other. */

const FLAGS = 2_000;
const FOLDERS = 20;

const key = (at: number): string => `flag-n${at}`;
const path = (at: number): string => `flags/f${at % FOLDERS}/${key(at)}.yaml`;
const text = (at: number, description = "A flag."): string =>
  `flag: ${key(at)}\nversion: 1\ndescription: ${description}\nowner: us\nkind: operational\nvalue: boolean\ndefault: false\n`;
const config = `project: big
generate:
  - { target: typescript, output: out/flags, split: flag }
  - { generator: ./tools/count.mjs, output: out/count.txt }
`;
const count = (unit: string): string =>
  `export default { interfaceVersion: 1, purpose: "", configure: ({ output }) => ({ ok: true,
    value: ({ definitions }) => [{ path: output, content: definitions.length + "${unit}" }] }) };`;

let folder: ReturnType<typeof temporaryFolder>;
let running: Promise<Result>;
const stop = new AbortController();
const seen = listening();

const inFolder = (name: string): string => join(folder.path, name);
const read = (name: string): string => readFileSync(inFolder(name), "utf8");
const generated = (at: number): string => `out/flags/flags/${key(at)}.ts`;

/** As editors do it: a new file takes the old one's name. */
function save(name: string, content: string): void {
  writeFileSync(inFolder("draft"), content);
  renameSync(inFolder("draft"), inFolder(name));
}

/** Every generated file with what changes when it is written: its place on the disk. */
function places(): ReadonlyMap<string, number> {
  const files = readdirSync(inFolder("out"), { recursive: true, encoding: "utf8" });
  return new Map(
    files.filter((name) => name.includes(".")).map((name) => [name, statSync(inFolder(`out/${name}`)).ino]),
  );
}

function differing(before: ReadonlyMap<string, number>): readonly string[] {
  const after = places();
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((name) => before.get(name) !== after.get(name))
    .sort();
}

/** One turn is over: what was written is counted last. */
const turn = (flags = FLAGS): Promise<void> => seen.until(new RegExp(`${flags.toLocaleString("en-US")} flags.*\n`));

beforeAll(async () => {
  const flags = Array.from({ length: FLAGS }, (_, at) => [path(at), text(at)] as const);
  folder = temporaryFolder({ ...Object.fromEntries(flags), "flagwright.yaml": config, "tools/count.mjs": count("") });
  running = flagwright(["generate", "--watch"], { cwd: folder.path, signal: stop.signal, onOutput: seen.hear });
  await turn();
}, 120_000);
afterAll(async () => {
  stop.abort("SIGINT");
  await running;
  folder[Symbol.dispose]();
});

test("a flag that changes rewrites its own file and no other", async () => {
  const before = places();
  save(path(7), text(7, "Another flag."));
  await turn();
  expect(differing(before)).toEqual([`flags/flags/${key(7)}.ts`]);
  expect(read(generated(7))).toContain("Another flag.");
});

test("a flag that is deleted takes its file with it", async () => {
  const before = places();
  rmSync(inFolder(path(8)));
  await turn(FLAGS - 1);
  expect(differing(before)).toEqual(["count.txt", `flags/flags/${key(8)}.ts`, "flags/index.ts"]);
  expect(places().has(`flags/flags/${key(8)}.ts`)).toBe(false);
  expect(read("out/count.txt")).toBe(`${FLAGS - 1}`);
});

test("a flag that gets another name has a file of that name only", async () => {
  const before = places();
  rmSync(inFolder(path(9)));
  save("flags/f9/renamed.yaml", text(9).replace(key(9), "renamed"));
  await seen.until(/renamed\.ts \(new\)/);
  await turn(FLAGS - 1);
  expect(differing(before)).toEqual([`flags/flags/${key(9)}.ts`, "flags/flags/renamed.ts", "flags/index.ts"]);
});

test("a burst of changes is few turns, and none is lost", async () => {
  const before = places();
  const many = Array.from({ length: 200 }, (_, at) => at + 100);
  for (const at of many) save(path(at), text(at, `Changed ${at}.`));
  let turns = 0;
  while (!many.every((at) => read(generated(at)).includes(`Changed ${at}.`))) {
    await turn(FLAGS - 1);
    turns += 1;
  }
  expect(turns).toBeLessThan(10);
  expect(differing(before)).toEqual(many.map((at) => `flags/flags/${key(at)}.ts`).sort());
});

test("a file that is broken is told and changes nothing, and once mended all is well", async () => {
  const before = places();
  save(path(11), "flag: [");
  await seen.until(new RegExp(`${path(11)}:1`));
  expect(differing(before)).toEqual([]);
  save(path(11), text(11, "Mended."));
  await turn(FLAGS - 1);
  expect(differing(before)).toEqual([`flags/flags/${key(11)}.ts`]);
});

test("a generator of the project's own that changes is asked anew, and its errors are waited out", async () => {
  save("tools/count.mjs", count(" flags"));
  await seen.until(/count\.txt \(updated\)/);
  expect(read("out/count.txt")).toBe(`${FLAGS - 1} flags`);
  save("tools/count.mjs", "export default {}");
  await seen.until(/flagwright\.yaml:4:18/);
  expect(read("out/count.txt")).toBe(`${FLAGS - 1} flags`);
  save("tools/count.mjs", count(" of them"));
  await seen.until(/count\.txt \(updated\)/);
});

test("the definitions may move to another folder while it watches", async () => {
  mkdirSync(inFolder("other"));
  save("other/one.yaml", text(1));
  save("flagwright.yaml", `flags: other\n${config}`);
  await seen.until(/1 flag\b/);
  save("other/two.yaml", text(2));
  await seen.until(/2 flags/);
  expect(places().has(`flags/flags/${key(2)}.ts`)).toBe(true);
});
