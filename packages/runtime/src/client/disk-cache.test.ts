import { mkdtemp, open, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { event, events, startStreamServer, type StreamServer } from "../sources/testing/stream-server.ts";
import type { Client } from "./client.ts";
import { nodeDisk } from "./disk.ts";
import { banner, bannerFlag, checkoutFlag, hastyHost, newCheckout, snapshotOf } from "./testing/flags.ts";
import { createClient } from "./node-client.ts";

let folder: string;
let server: StreamServer;
const clients: Client[] = [];
const said: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "flagwright-cache-"));
  server = await startStreamServer(
    events(event("snapshot", snapshotOf(3, [bannerFlag("da"), checkoutFlag(true)]), "1-3")),
  );
  said.length = 0;
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  await server.close();
  await rm(folder, { recursive: true });
});

function start(key = "k", cacheFolder = folder): Client {
  const client = createClient({
    url: server.url,
    key,
    host: hastyHost,
    cacheFolder,
    readyTimeoutMs: 20_000,
    logger: { warn: (message) => said.push(message) },
  });
  clients.push(client);
  return client;
}

/** A client that has come and gone, and left its flags on the disk. */
async function leaveFlags(key = "k"): Promise<string> {
  const client = start(key);
  await client.ready;
  await client.close();
  const [name = ""] = await readdir(folder);
  return join(folder, name);
}

function goDown(): void {
  server.answers = [(response) => void response.writeHead(503).end()];
}

describe("a start without a server", () => {
  test("serves what the last process had, at once, as stale, and follows when the server is back", async () => {
    await leaveFlags();
    goDown();
    const client = start();
    expect((await client.ready).state).toBe("stale");
    expect(client.details(banner)).toMatchObject({ value: "da", reason: "STALE", revision: 3 });
    const recovered = new Promise((resolve) => client.on("recovered", resolve));
    server.answers = [events(event("heartbeat", { epoch: 1, revision: 3 }))];
    await recovered;
    expect(client.details(banner).reason).toBe("STATIC");
  });

  test("a kill is kept too, although its revision has not come", async () => {
    const kill = {
      epoch: 1,
      revision: 4,
      flag: "new-checkout",
      killed: { at: "2026-01-01T00:00:00Z", by: "k", reason: "r" },
    };
    server.answers = [events(event("snapshot", snapshotOf(3, [checkoutFlag(true)]), "1-3"), event("kill", kill))];
    const first = start();
    await new Promise((resolve) => first.on("changed", ({ cause }) => cause === "kill" && resolve(undefined)));
    await first.close();
    goDown();
    const client = start();
    await client.ready;
    expect(client.details(newCheckout, { targetingKey: "u" })).toMatchObject({ value: false, revision: 3 });
  });

  test("another key does not see the flags of this one", async () => {
    await leaveFlags();
    goDown();
    const other = createClient({
      url: server.url,
      key: "other",
      host: hastyHost,
      cacheFolder: folder,
      readyTimeoutMs: 100,
      logger: null,
    });
    clients.push(other);
    expect((await other.ready).state).toBe("connecting");
    expect(other.get(banner)).toBe("none");
  });
});

describe("what is on the disk", () => {
  test("has no key in it, in name or content, and is readable by its owner only", async () => {
    const path = await leaveFlags("fw_server_1_secret");
    expect(path).not.toContain("secret");
    expect(await readFile(path, "utf8")).not.toContain("secret");
    const handle = await open(path);
    expect(((await handle.stat()).mode & 0o077).toString(8)).toBe("0");
    await handle.close();
  });

  test.each([
    ["torn in the middle", (text: string) => text.slice(0, text.length / 2)],
    ["empty", () => ""],
    ["of another format", (text: string) => text.replace('"format":1', '"format":2')],
    ["changed in one place", (text: string) => text.replace("new-checkout", "old-checkout")],
    ["something else", () => "\0\0\0\n\0\0"],
  ])("a file that is %s is not used, and said to be damaged", async (_name, damage) => {
    const path = await leaveFlags();
    await writeFile(path, damage(await readFile(path, "utf8")));
    goDown();
    const client = start();
    while (!said.some((message) => message.includes("damaged"))) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(client.status.state).toBe("connecting");
    server.answers = [events(event("snapshot", snapshotOf(4, [bannerFlag("heil")]), "1-4"))];
    await client.ready;
    expect(client.get(banner)).toBe("heil");
  });

  test("a purge drops the file and leaves the new flags", async () => {
    const path = await leaveFlags();
    server.answers = [events(event("purge", { snapshot: snapshotOf(0, [bannerFlag("rein")], 2) }, "2-0"))];
    const client = start();
    await new Promise((resolve) => client.on("changed", ({ cause }) => cause === "purge" && resolve(undefined)));
    await client.close();
    const text = await readFile(path, "utf8");
    expect([text.includes("rein"), text.includes('"da"')]).toEqual([true, false]);
  });
});

describe("a disk that fails", () => {
  test("a full disk leaves the old file as it was, and no half-written one", async () => {
    const path = join(folder, "x.flags");
    await nodeDisk().replace(path, "the old text");
    // /dev/full is a disk without any room: every write to it fails with ENOSPC.
    const full = nodeDisk((_path, ...rest) => open("/dev/full", ...rest));
    await expect(full.replace(path, "the new text")).rejects.toMatchObject({ code: "ENOSPC" });
    expect(await readFile(path, "utf8")).toBe("the old text");
    expect(await readdir(folder)).toEqual(["x.flags"]);
  });

  test("a folder that cannot be made costs a message, not a flag", async () => {
    await writeFile(join(folder, "file"), "");
    const client = start("k", join(folder, "file", "below"));
    await client.ready;
    expect(client.get(banner)).toBe("da");
    await client.close();
    expect(said.filter((message) => message.includes("cannot be"))).not.toEqual([]);
  });

  test("files that a process left half-written are removed when they are old", async () => {
    const path = join(folder, "x.flags");
    const [old, young] = [`${path}.1.tmp`, `${path}.2.tmp`];
    await writeFile(old, "");
    await writeFile(young, "");
    await utimes(old, 0, 0);
    await nodeDisk().replace(path, "text");
    expect((await readdir(folder)).sort()).toEqual(["x.flags", "x.flags.2.tmp"]);
  });
});
