import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createServer, type RunningServer } from "../server.ts";
import { booleanFlag, Manager } from "./testing/shop.ts";
import { readStream } from "./testing/sse-reader.ts";

let server: RunningServer;
let manager: Manager;

beforeAll(async () => {
  server = await createServer({ port: 0, project: "shop", logLevel: "error", drainMs: 2_000 });
  if (server.credentials === undefined) throw new Error("a new server has credentials");
  manager = new Manager(server.url, server.credentials);
  await manager.push([booleanFlag("checkout"), booleanFlag("search")]);
});
afterAll(() => server.close());

const stream = (headers?: Record<string, string>) =>
  readStream(`${server.url}/sdk/v1/stream`, manager.serverKey, headers);
const ruleset = (headers: Record<string, string> = {}) =>
  fetch(`${server.url}/sdk/v1/ruleset`, { headers: { authorization: `Bearer ${manager.serverKey}`, ...headers } });

describe("GET /sdk/v1/ruleset", () => {
  test("gives the snapshot, its tag, and 304 to whoever has it", async () => {
    const first = await ruleset();
    const snapshot = (await first.json()) as { epoch: number; revision: number; flags: { key: string }[] };
    expect(snapshot.flags.map((flag) => flag.key)).toEqual(["checkout", "search"]);
    const tag = first.headers.get("etag") ?? "";
    expect(tag).toBe(`"${snapshot.epoch}-${snapshot.revision}"`);
    for (const header of [tag, `W/${tag}`, `"x", ${tag}`, "*"])
      expect((await ruleset({ "if-none-match": header })).status).toBe(304);
    await manager.toggle("checkout", true);
    const changed = await ruleset({ "if-none-match": tag });
    expect(changed.status).toBe(200);
  });

  test("answers 401 without a key and 403 to a management key", async () => {
    expect((await fetch(`${server.url}/sdk/v1/ruleset`)).status).toBe(401);
    const wrong = await ruleset({ authorization: `Bearer ${manager.credentials.managementKey}` });
    expect(wrong.status).toBe(403);
    expect(wrong.headers.get("content-type")).toContain("application/problem+json");
  });

  test("compresses what is worth it", async () => {
    await manager.push(["checkout", "search", ..."abcdefgh"].map((key) => booleanFlag(key)));
    const { request } = await import("node:http");
    const zipped = await new Promise<{ encoding: unknown; body: Buffer }>((resolve, reject) => {
      const sent = request(
        `${server.url}/sdk/v1/ruleset`,
        { headers: { authorization: `Bearer ${manager.serverKey}`, "accept-encoding": "gzip" } },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("end", () =>
            resolve({ encoding: response.headers["content-encoding"], body: Buffer.concat(chunks) }),
          );
        },
      );
      sent.on("error", reject);
      sent.end();
    });
    expect(zipped.encoding).toBe("gzip");
    expect(JSON.parse(gunzipSync(zipped.body).toString())).toEqual(await (await ruleset()).json());
  });
});

describe("GET /sdk/v1/stream", () => {
  test("starts with a snapshot and goes on with patches that lead from it", async () => {
    const reader = await stream();
    const first = await reader.until((event) => event.event === "snapshot");
    const before = first.data as { epoch: number; revision: number };
    expect(first.id).toBe(`${before.epoch}-${before.revision}`);
    const { epoch, revision } = await manager.toggle("search", true);
    const patch = await reader.until((event) => event.id === `${epoch}-${revision}`);
    expect(patch.event).toBe("patch");
    expect(patch.data).toMatchObject({ epoch, from: before.revision, to: revision });
    reader.close();
  });

  test("tells a kill at once, without an id and ahead of the patch", async () => {
    const reader = await stream();
    await reader.until((event) => event.event === "snapshot");
    const { epoch, revision } = await manager.kill("search", "on fire");
    await reader.until((event) => event.id === `${epoch}-${revision}`);
    const [, kill, patch] = reader.events;
    expect(kill).toMatchObject({
      event: "kill",
      id: undefined,
      data: { epoch, revision, flag: "search", killed: { reason: "on fire" } },
    });
    expect(patch?.event).toBe("patch");
    reader.close();
  });

  test("resumes with one patch over everything missed", async () => {
    const reader = await stream();
    const { id } = await reader.until((event) => event.event === "snapshot");
    reader.close();
    await manager.toggle("a", true);
    await manager.toggle("b", true);
    const { epoch, revision } = await manager.toggle("a", false);
    const resumed = await stream({ "last-event-id": id ?? "" });
    const patch = await resumed.until((event) => event.id === `${epoch}-${revision}`);
    expect(patch.event).toBe("patch");
    const { put } = patch.data as { put: { flags: { key: string; on: boolean }[] } };
    expect(put.flags.map(({ key, on }) => [key, on])).toEqual([
      ["a", false],
      ["b", true],
    ]);
    expect(resumed.events).toHaveLength(1);
    resumed.close();
  });

  test("whoever has missed nothing is told so by a heartbeat", async () => {
    const { epoch, revision } = await manager.toggle("c", true);
    const reader = await stream({ "last-event-id": `${epoch}-${revision}` });
    const first = await reader.until(() => true);
    expect(first).toMatchObject({ event: "heartbeat", id: undefined, data: { epoch, revision } });
    reader.close();
  });

  test.each(["", "nonsense", "1-1", "-1--1", "99999999999999999999-1"])(
    "answers the Last-Event-ID %j, from which nothing leads here, with a snapshot",
    async (id) => {
      const reader = await stream({ "last-event-id": id });
      expect((await reader.until(() => true)).event).toBe("snapshot");
      reader.close();
    },
  );

  test("is not held back by proxies and says how often its heart beats", async () => {
    const reader = await stream();
    expect(reader.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    expect(reader.headers.get("cache-control")).toBe("no-cache, no-transform");
    expect(reader.headers.get("x-accel-buffering")).toBe("no");
    expect(reader.headers.get("flagwright-heartbeat-ms")).toBe("15000");
    reader.close();
  });

  test("a HEAD request opens no stream", async () => {
    const answer = await fetch(`${server.url}/sdk/v1/stream`, {
      method: "HEAD",
      headers: { authorization: `Bearer ${manager.serverKey}` },
    });
    expect(answer.status).toBe(404);
  });

  test("ends when its key is revoked, and the key opens no other", async () => {
    const { project } = manager.credentials;
    const made = await manager.call("POST", `projects/${project}/keys`, {
      kind: "server",
      name: "short-lived",
      environment: "development",
    });
    const { id, key } = made.body as { id: string; key: string };
    const reader = await readStream(`${server.url}/sdk/v1/stream`, key);
    await reader.until((event) => event.event === "snapshot");
    await manager.call("DELETE", `projects/${project}/keys/${id}`);
    await reader.ended;
    expect((await readStream(`${server.url}/sdk/v1/stream`, key)).status).toBe(401);
  });
});

describe("POST /sdk/v1/report", () => {
  const report = (body: unknown) =>
    fetch(`${server.url}/sdk/v1/report`, {
      method: "POST",
      headers: { authorization: `Bearer ${manager.serverKey}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const good = { sdk: { name: "test", version: "1" }, service: "shop", applied: { epoch: 1, revision: 1 } };

  test("takes what a client says, and what a newer one might add", async () => {
    expect((await report({ ...good, schemas: { checkout: "h" }, counts: { checkout: { on: 3 } } })).status).toBe(202);
    expect((await report({ ...good, future: true })).status).toBe(202);
    expect((await report({ ...good, schemas: JSON.parse('{"__proto__":"h"}') })).status).toBe(202);
  });

  test("refuses what makes no sense, and names the place", async () => {
    for (const bad of [
      {},
      [],
      { sdk: "x" },
      { ...good, applied: { epoch: "1", revision: 1 } },
      { ...good, applied: 3 },
    ]) {
      const answer = await report(bad);
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
    }
  });
});

test("a server that stops sends its clients away with a time to come back", async () => {
  const own = await createServer({ port: 0, project: "shop", logLevel: "silent", drainMs: 4_000 });
  const key = own.credentials?.serverKeys["development"] ?? "";
  const readers = await Promise.all(Array.from({ length: 5 }, () => readStream(`${own.url}/sdk/v1/stream`, key)));
  await Promise.all(readers.map((reader) => reader.until((event) => event.event === "snapshot")));
  await own.close();
  const waits = readers.map((reader) => reader.events.at(-1)?.data as { reconnectAfterMs: number });
  expect(readers.every((reader) => reader.events.at(-1)?.event === "goodbye")).toBe(true);
  expect(new Set(waits.map((wait) => wait.reconnectAfterMs)).size).toBeGreaterThan(1);
  await Promise.all(readers.map((reader) => reader.ended));
});
