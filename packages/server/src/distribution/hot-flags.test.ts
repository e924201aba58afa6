import { createClient } from "@flagwright/runtime/node";
import type { Patch } from "@flagwright/runtime";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createServer, type RunningServer } from "../server.ts";
import { onlyHot, parseHotFlags, parseReads } from "./hot-flags.ts";
import { flag } from "./testing/model-flags.ts";
import { booleanFlag, Manager } from "./testing/shop.ts";
import { readStream, type SseReader } from "./testing/sse-reader.ts";

describe("hot flags as they are written", () => {
  test("one and several", () => {
    expect(parseHotFlags("shop/production/stock-level, shop/staging/a.b")).toEqual([
      { project: "shop", environment: "production", flag: "stock-level" },
      { project: "shop", environment: "staging", flag: "a.b" },
    ]);
  });
  test.each(["", "stock", "shop/production", "shop/production/stock/1", "shop/production/Stock", "shop//stock", ","])(
    "%j is none",
    (text) => expect(parseHotFlags(text)).toBeUndefined(),
  );
  test("what a stream reads: nothing, some, too many", () => {
    expect(parseReads("")).toEqual(new Set());
    expect(parseReads("a,b-c")).toEqual(new Set(["a", "b-c"]));
    expect(parseReads("a,,b")).toBeUndefined();
    expect(parseReads(Array.from({ length: 201 }, (_, index) => `f${index}`).join(","))).toBeUndefined();
  });
});

describe("a patch that concerns only those who read hot flags", () => {
  const hot = new Set(["stock"]);
  const patch: Patch = {
    format: 1,
    epoch: 1,
    from: 1,
    to: 2,
    put: { flags: [flag("stock@2")], segments: [] },
    delete: { flags: [], segments: [] },
  };
  test("moves hot flags, of any version, and nothing else", () => {
    expect(onlyHot(patch, hot)).toEqual(hot);
    expect(onlyHot({ ...patch, put: { ...patch.put, flags: [flag("stock"), flag("other")] } }, hot)).toBeUndefined();
    expect(onlyHot({ ...patch, delete: { flags: ["stock"], segments: [] } }, hot)).toBeUndefined();
    expect(onlyHot({ ...patch, delete: { flags: [], segments: ["staff"] } }, hot)).toBeUndefined();
    expect(onlyHot(patch, new Set())).toBeUndefined();
  });
  test("kills nothing", () => {
    const killed = { at: "2026-01-01T00:00:00Z", by: "kim", reason: "incident" };
    expect(onlyHot({ ...patch, put: { ...patch.put, flags: [{ ...flag("stock"), killed }] } }, hot)).toBeUndefined();
  });
});

describe("streams", () => {
  let server: RunningServer;
  let manager: Manager;
  beforeAll(async () => {
    const hotFlags = [{ project: "shop", environment: "development", flag: "stock" }];
    server = await createServer({ port: 0, project: "shop", hotFlags, heartbeatMs: 3_000, logLevel: "silent" });
    if (server.credentials === undefined) throw new Error("a new server has credentials");
    manager = new Manager(server.url, server.credentials);
    await manager.push([booleanFlag("stock"), booleanFlag("search")]);
  });
  afterAll(() => server?.close());

  const open = async (query: string): Promise<SseReader> => {
    const reader = await readStream(`${server.url}/sdk/v1/stream${query}`, manager.serverKey);
    await reader.until(({ event }) => event === "snapshot");
    return reader;
  };
  const follows = ({ events }: SseReader): number => {
    const [first] = events as unknown as [{ data: { revision: number } }];
    let at = first.data.revision;
    for (const { event, data } of events.slice(1)) {
      if (event !== "patch") continue;
      expect((data as { from: number }).from).toBe(at);
      at = (data as { to: number }).to;
    }
    return at;
  };
  const patches = ({ events }: SseReader): number => events.filter(({ event }) => event === "patch").length;
  const to =
    (revision: number) =>
    ({ event, data }: { event: string; data: unknown }): boolean =>
      event === "patch" && (data as { to: number }).to === revision;

  test("a hot flag wakes who reads it and who may read any; the others get one patch later, without a gap", async () => {
    const [any, reads, other] = [await open(""), await open("?reads=stock"), await open("?reads=search")];
    let revision = 0;
    for (let count = 0; count < 12; count++) {
      ({ revision } = await manager.toggle("stock", count % 2 === 0));
      await Promise.all([any, reads].map((reader) => reader.until(to(revision))));
    }
    const woken = patches(other);
    expect(woken).toBeLessThan(6);
    ({ revision } = await manager.toggle("search", true));
    await Promise.all([any, reads, other].map((reader) => reader.until(to(revision))));
    expect([any, reads, other].map(follows)).toEqual([revision, revision, revision]);
    expect(patches(other)).toBeLessThan(patches(any));

    // A kill of a hot flag waits for nobody, and neither does what confirms it.
    const killed = await manager.kill("stock");
    await other.until(({ event }) => event === "kill", 2_000);
    await other.until(to(killed.revision), 2_000);
    for (const reader of [any, reads, other]) reader.close();
  });

  test("who does not read it has it with the next heartbeat", async () => {
    const other = await open("?reads=");
    const { revision } = await manager.toggle("stock", false);
    await other.until(
      ({ event, data }) => event === "heartbeat" && (data as { revision: number }).revision >= revision,
    );
    expect(follows(other)).toBe(revision);
    other.close();
  });

  test("a list that is none is refused, and says what it should be", async () => {
    const answer = await fetch(`${server.url}/sdk/v1/stream?reads=A,B`, {
      headers: { authorization: `Bearer ${manager.serverKey}` },
    });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: "READS_INVALID" });
  });

  test("a client names what it reads", async () => {
    const client = createClient({ url: server.url, key: manager.serverKey, reads: ["stock"], logger: null });
    await client.ready;
    const { revision } = await manager.toggle("stock", true);
    await expect.poll(() => client.status.revision).toBe(revision);
    await client.close();
  });

  test("whoever waits for clients need not wait for the heartbeat of those that were not woken", async () => {
    const hotFlags = [{ project: "shop", environment: "development", flag: "stock" }];
    const slow = await createServer({ port: 0, project: "shop", hotFlags, heartbeatMs: 60_000, logLevel: "silent" });
    if (slow.credentials === undefined) throw new Error("a new server has credentials");
    const owner = new Manager(slow.url, slow.credentials);
    await owner.push([booleanFlag("stock"), booleanFlag("search")]);
    const client = createClient({ url: slow.url, key: owner.serverKey, reads: ["search"], logger: null });
    await client.ready;
    const { epoch, revision } = await owner.toggle("stock", true);
    const { body } = await owner.call("POST", "projects/shop/environments/development/receipts", {
      epoch,
      revision,
      clients: 1,
      timeoutMs: 20_000,
    });
    expect(body).toMatchObject({ complete: true, connected: 1, applied: 1 });
    await client.close();
    await slow.close();
  });
});
