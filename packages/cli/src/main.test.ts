import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { flagwright, temporaryFolder } from "./testing/run-cli.ts";
import { shop } from "./testing/shop.ts";

/** The real process: what only it can show, such as exit codes, broken pipes and signals. */

const main = fileURLToPath(new URL("./main.ts", import.meta.url));

function start(argv: readonly string[], cwd: string): ChildProcessWithoutNullStreams {
  const env = { PATH: process.env["PATH"], HOME: process.env["HOME"] };
  return spawn(process.execPath, [main, ...argv], { cwd, env });
}

async function end(
  child: ChildProcessWithoutNullStreams,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const text = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (text.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (text.stderr += chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, ...text };
}

describe("the process", () => {
  test("ends with the code that is documented for what came of it", async () => {
    using good = temporaryFolder(shop);
    using bad = temporaryFolder({ ...shop, "flags/x.yaml": "flag: x\n" });
    using empty = temporaryFolder();
    const codes = await Promise.all(
      [good, bad, empty].map(async ({ path }) => (await end(start(["lint"], path))).code),
    );
    expect(codes).toEqual([0, 1, 2]);
  });

  test("says which Node.js it needs to one that lacks what newer ones have", async () => {
    using folder = temporaryFolder({
      "old.cjs": `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.20.2" } });
delete require("node:module").enableCompileCache;
require("node:module").registerHooks({ resolve: (name, context, next) => {
  if (/^[a-z]/.test(name) && !name.startsWith("node:") && !name.startsWith("file:")) throw new Error("loads " + name);
  return next(name, context);
} });`,
    });
    const child = spawn(process.execPath, ["--require", join(folder.path, "old.cjs"), main, "lint"], {
      cwd: folder.path,
    });
    expect(await end(child)).toEqual({
      code: 2,
      stdout: "",
      stderr: "flagwright needs Node.js 22.19.0 or newer; this is 20.20.2.\n",
    });
  });

  test("ends in silence when its reader has gone", async () => {
    using folder = temporaryFolder(shop);
    const child = start(["schema", "--json"], folder.path);
    child.stdout.destroy();
    const { code, stderr } = await end(child);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });

  test("a batch whose reader stops early ends in silence too", async () => {
    using folder = temporaryFolder(shop);
    const child = start(["evaluate", "--batch"], folder.path);
    child.stdin.on("error", () => {});
    child.stdout.once("data", () => child.stdout.destroy());
    const closed = once(child, "close");
    const line = '{"flag":"discount","context":{"targetingKey":"u"}}\n'.repeat(2_000);
    const write = (): void => {
      while (!child.stdin.destroyed && child.stdin.write(line));
    };
    child.stdin.on("drain", write);
    write();
    expect((await closed)[0]).toBe(0);
  });
});

describe("flagwright serve", { timeout: 60_000 }, () => {
  test("runs a server, leaves its keys for the other commands, and ends in good order at a signal", async () => {
    using folder = temporaryFolder(shop);
    const child = start(["serve", "--port", "0", "--json"], folder.path);
    const ended = end(child);
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    const { url, pid } = JSON.parse(line.toString()) as { url: string; pid: number };
    const credentials = join(folder.path, ".flagwright/credentials.json");
    expect(statSync(credentials).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(credentials, "utf8"))).toMatchObject({ url, project: "shop" });
    expect(readFileSync(join(folder.path, ".flagwright/.gitignore"), "utf8")).toBe("*\n");

    const second = await flagwright(["serve", "--port", "0"], { cwd: folder.path });
    expect(second.code).toBe(2);
    expect(second.stderr).toContain(`in use by process ${pid}`);
    expect(await flagwright(["push"], { cwd: folder.path })).toMatchObject({ code: 0 });

    child.kill("SIGINT");
    expect(await ended).toMatchObject({ code: 0, stderr: "" });
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
    const later = await flagwright(["flags"], { cwd: folder.path });
    expect(later.stderr).toContain(`No server answers at ${url}.`);
  });

  test("a server goes with the command even when that is killed", async () => {
    using folder = temporaryFolder(shop);
    const child = start(["serve", "--port", "0", "--json"], folder.path);
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    const { pid } = JSON.parse(line.toString()) as { pid: number };
    child.kill("SIGKILL");
    await expect.poll(() => isAlive(pid), { timeout: 15_000 }).toBe(false);
    await expect
      .poll(() => existsSync(join(folder.path, ".flagwright/data/flagwright.lock")), { timeout: 5_000 })
      .toBe(false);
  });

  test("options that the server does not know are named by the server itself", async () => {
    using folder = temporaryFolder(shop);
    const { code, stderr } = await flagwright(["serve", "--", "--prot", "1"], { cwd: folder.path });
    expect(code).toBe(2);
    expect(stderr).toContain("--prot");
  });

  test("a port that is taken is told in a sentence", async () => {
    using folder = temporaryFolder(shop);
    const { createServer } = await import("node:net");
    const occupant = createServer().listen(0, "127.0.0.1");
    await once(occupant, "listening");
    const { port } = occupant.address() as { port: number };
    const { code, stderr } = await flagwright(["serve", "--port", String(port)], { cwd: folder.path });
    occupant.close();
    expect(code).toBe(2);
    expect(stderr).toContain("The port is taken");
    expect(stderr).not.toContain("    at ");
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
