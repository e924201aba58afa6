import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { startProcess, type ServerProcess } from "./testing/process.ts";

let folder: string;
const running: ServerProcess[] = [];
function start(args: readonly string[], env?: NodeJS.ProcessEnv): ServerProcess {
  const server = startProcess(args, env);
  running.push(server);
  return server;
}
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "flagwright-main-"));
});
afterEach(async () => {
  for (const server of running.splice(0))
    if (server.child.exitCode === null && server.child.signalCode === null) await server.end("SIGKILL");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// Each start loads the database anew, which takes seconds where many things run at once.
describe("the server's process", { timeout: 120_000 }, () => {
  test("starts, keeps its data over a restart, tells its parent where it is, and ends in good order", async () => {
    const data = join(folder, "data");
    const file = join(folder, "keys", "credentials.json");
    const args = ["--port", "0", "--data", data, "--project", "shop", "--credentials", file];
    const first = start(args);
    const started = await first.started;
    if (!("url" in started)) throw new Error(started.said);
    const credentials = JSON.parse(readFileSync(file, "utf8"));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(credentials).toMatchObject({ url: started.url, project: "shop" });
    expect(Object.keys(credentials.serverKeys)).toEqual(["development", "staging", "production"]);
    expect(Object.keys(credentials.clientKeys)).toEqual(["development", "staging", "production"]);
    // Keys that are in a file are not in whatever keeps the output.
    for (const key of [credentials.managementKey, ...Object.values<string>(credentials.serverKeys)])
      expect(first.output()).not.toContain(key.slice(-20));

    const second = await start(["--port", "0", "--data", data]).started;
    expect(second).toMatchObject({ code: 1, said: expect.stringContaining(`in use by process ${first.child.pid}`) });

    const open = connect(Number(new URL(started.url).port), "127.0.0.1");
    await new Promise((resolve) => open.once("connect", resolve));
    expect(await first.end("SIGTERM")).toBe(0);
    open.destroy();

    const again = await start(args).started;
    if (!("url" in again)) throw new Error(again.said);
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({ ...credentials, url: again.url });
    const me = await fetch(`${again.url}/api/v1/me`, {
      headers: { authorization: `Bearer ${credentials.managementKey}` },
    });
    expect(me.status).toBe(200);
  });

  test("prints its first keys when no file takes them, and makes a new one for whoever has lost them", async () => {
    const data = join(folder, "printed");
    const first = start(["--port", "0", "--data", data]);
    await first.started;
    expect(first.output()).toMatch(/"managementKey": "fw_management_/);
    expect(await first.end("SIGINT")).toBe(0);
    const issued = await start(["--data", data, "--new-management-key", "rescue", "--log-level", "silent"]).started;
    if (!("said" in issued)) throw new Error("it should have ended");
    expect(issued.said).toMatch(/^fw_management_\S+\n$/);
    const server = await start(["--port", "0", "--data", data]).started;
    if (!("url" in server)) throw new Error(server.said);
    const me = await fetch(`${server.url}/api/v1/me`, { headers: { authorization: `Bearer ${issued.said.trim()}` } });
    expect(await me.json()).toMatchObject({ key: { kind: "management", name: "rescue" } });
  });

  test("says when the database cannot be reached, without the password", async () => {
    const ended = await start(["--port", "0", "--database-url", "postgresql://app:secret@127.0.0.1:1/none"]).started;
    expect(ended).toMatchObject({ code: 1 });
    expect(JSON.stringify(ended)).toContain("ECONNREFUSED");
    expect(JSON.stringify(ended)).not.toContain("secret");
    expect(JSON.stringify(ended)).not.toContain("    at ");
  });

  test("refuses wrong options with exit code 2 before anything is opened", async () => {
    const ended = await start([], { FLAGWRIGHT_PORT: "x" }).started;
    expect(ended).toEqual({ code: 2, said: 'flagwright-server: port is a whole number from 0 to 65535, not "x".\n' });
  });
});
