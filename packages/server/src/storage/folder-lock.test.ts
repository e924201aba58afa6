import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FolderInUseError, FolderUnusableError, lockFolder } from "./folder-lock.ts";

let folder: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "flagwright-lock-"));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

const module = join(import.meta.dirname, "folder-lock.ts");

/** Another process that takes the lock and keeps it, or says why it cannot. */
async function otherProcess(): Promise<{ readonly child: ChildProcess; readonly said: string }> {
  const script = `import { lockFolder } from ${JSON.stringify(module)};
    try { lockFolder(${JSON.stringify(folder)}); console.log("locked"); setInterval(() => {}, 1000); }
    catch (error) { console.log(error.name); }`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  const [said] = (await once(child.stdout, "data")) as [Buffer];
  return { child, said: said.toString().trim() };
}

test("a folder in use is refused with the number of the process that uses it", async () => {
  const { child, said } = await otherProcess();
  expect(said).toBe("locked");
  expect(() => lockFolder(folder)).toThrow(FolderInUseError);
  expect(() => lockFolder(folder)).toThrow(`is in use by process ${child.pid}`);
});

test("the lock of a process that was killed is taken over, and nothing is left lying about", async () => {
  const { child } = await otherProcess();
  child.kill("SIGKILL");
  await once(child, "exit");
  const release = lockFolder(folder);
  expect(readdirSync(folder)).toEqual(["flagwright.lock"]);
  release();
  expect(readdirSync(folder)).toEqual([]);
});

test("a process that came later under the same number is not taken for the holder", () => {
  writeFileSync(join(folder, "flagwright.lock"), JSON.stringify({ pid: process.pid, started: "another boot/1" }));
  expect(() => lockFolder(folder)()).not.toThrow();
});

test.each(["", "{", "[]", '{"pid":"1"}'])("a lock that holds %j is nobody's", (text) => {
  writeFileSync(join(folder, "flagwright.lock"), text);
  expect(() => lockFolder(folder)()).not.toThrow();
});

test("of several processes that find a stale lock one gets the folder", async () => {
  writeFileSync(join(folder, "flagwright.lock"), JSON.stringify({ pid: 2 ** 22 + 1, started: "gone/1" }));
  const said = await Promise.all([1, 2, 3, 4].map(async () => (await otherProcess()).said));
  expect(said.filter((word) => word === "locked")).toHaveLength(1);
  expect(said.filter((word) => word === "FolderInUseError")).toHaveLength(3);
});

test("a folder and those above it are made; one that cannot be is refused, and does not hang", () => {
  lockFolder(join(folder, "a", "b", "c"))();
  expect(readdirSync(join(folder, "a", "b"))).toEqual(["c"]);
  writeFileSync(join(folder, "file"), "");
  // /proc exists and takes no folders, on Linux; elsewhere it does not exist, and the root takes none of ours.
  for (const path of [join(folder, "file"), join(folder, "file", "x"), "/proc/flagwright", "/proc/flagwright/data"])
    expect(() => lockFolder(path)).toThrow(FolderUnusableError);
  expect(() => lockFolder("/proc/flagwright/data")).toThrow("Give another with --data.");
});
