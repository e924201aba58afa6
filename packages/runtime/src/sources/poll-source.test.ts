import { afterEach, describe, expect, test } from "vitest";
import { banner, bannerFlag, hastyHost, snapshotOf } from "../client/testing/flags.ts";
import type { Client } from "../client/client.ts";
import { type ClientOptions, createClient, type ServerOptions } from "../client/node-client.ts";
import { event, events, startStreamServer, type StreamAnswer, type StreamServer } from "./testing/stream-server.ts";

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function serve(...answers: StreamAnswer[]): Promise<StreamServer> {
  const server = await startStreamServer(...answers);
  cleanups.push(server.close);
  return server;
}

function clientOf(urls: readonly string[], options: Partial<ClientOptions & ServerOptions> = {}): Client {
  const client = createClient({
    url: urls,
    key: "k",
    host: hastyHost,
    logger: null,
    readyTimeoutMs: 20_000,
    pollIntervalMs: 1_000,
    ...options,
  });
  cleanups.push(() => client.close());
  return client;
}

function answers(revision: number, text: string): StreamAnswer {
  const etag = `"1-${revision}"`;
  return (response, request) => {
    if (request.headers["if-none-match"] === etag) return void response.writeHead(304, { etag }).end();
    response.writeHead(200, { "content-type": "application/json", etag });
    response.end(JSON.stringify(snapshotOf(revision, [bannerFlag(text)])));
  };
}

const refuse =
  (status: number): StreamAnswer =>
  (response) =>
    void response.writeHead(status).end();

function until(client: Client, name: "changed" | "error", when: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (when()) resolve();
    };
    client.on(name, look);
    look();
  });
}

describe("polling", () => {
  test("asks with the order it holds, and a 304 confirms the flags", async () => {
    const server = await serve();
    server.ruleset = answers(7, "da");
    const client = clientOf([server.url], { transport: "poll" });
    await client.ready;
    const first = client.status.currentAt ?? 0;
    while (server.requests.filter(({ url }) => url?.endsWith("ruleset")).length < 3)
      await new Promise((resolve) => setTimeout(resolve, 5));
    expect(server.requests.some(({ headers }) => headers["if-none-match"] === '"1-7"')).toBe(true);
    expect(client.status.currentAt).toBeGreaterThan(first);
    expect(client.get(banner)).toBe("da");
  });

  test("an answer beyond the limit is refused, and the flags stay", async () => {
    const server = await serve();
    server.ruleset = answers(1, "klein");
    const client = clientOf([server.url], { transport: "poll", maxPayloadBytes: 2_000 });
    await client.ready;
    server.ruleset = answers(2, "x".repeat(5_000));
    await until(client, "error", () => client.status.error?.code === "PAYLOAD_TOO_LARGE");
    expect(client.get(banner)).toBe("klein");
  });
});

describe("fallback", () => {
  test("a stream that does not come through is helped out by polling, and takes over again when it does", async () => {
    const server = await serve(refuse(503));
    server.ruleset = answers(1, "gefragt");
    const client = clientOf([server.url]);
    await until(client, "changed", () => client.get(banner) === "gefragt");

    server.answers = [events(event("snapshot", snapshotOf(2, [bannerFlag("geströmt")]), "1-2"))];
    await until(client, "changed", () => client.get(banner) === "geströmt");
    await new Promise((resolve) => setTimeout(resolve, 50));
    const polled = server.requests.filter(({ url }) => url?.endsWith("ruleset")).length;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(server.requests.filter(({ url }) => url?.endsWith("ruleset")).length).toBe(polled);
  });

  test("a proxy that holds the stream back is noticed by its silence, named, and polled past", async () => {
    const server = await serve((response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.flushHeaders();
    });
    server.ruleset = answers(1, "gefragt");
    const client = clientOf([server.url]);
    const failures: (string | undefined)[] = [];
    client.on("error", ({ help }) => failures.push(help));
    expect((await client.ready).state).toBe("ready");
    expect(client.get(banner)).toBe("gefragt");
    expect(failures).toEqual([expect.stringContaining("buffering")]);
  });

  test("what comes through a buffer at the beginning does not end polling; a heartbeat in time does", async () => {
    const filled = event("snapshot", snapshotOf(2, [bannerFlag("gepuffert")]), "1-2");
    const beat = event("heartbeat", { epoch: 1, revision: 2 });
    const server = await serve(events(filled, beat));
    server.ruleset = answers(1, "gefragt");
    const client = clientOf([server.url], { readTimeoutMs: 1_000 });
    const codes: string[] = [];
    client.on("error", ({ code }) => codes.push(code));
    await until(client, "error", () => codes.length >= 2);
    expect(new Set(codes)).toEqual(new Set(["STREAM_HELD_BACK"]));
    const polls = (): number => server.requests.filter(({ url }) => url?.endsWith("ruleset")).length;
    const before = polls();
    await until(client, "error", () => codes.length >= 3);
    await expect.poll(polls).toBeGreaterThan(before);

    server.answers = [
      (response, request) => {
        events(filled)(response, request);
        const beats = setInterval(() => response.write(beat), 15);
        response.on("close", () => clearInterval(beats));
      },
    ];
    const asked = (await server.streams(0)).length;
    await server.streams(asked + 1);
    await expect
      .poll(async () => {
        const at = polls();
        await new Promise((resolve) => setTimeout(resolve, 100));
        return polls() - at;
      })
      .toBe(0);
    expect(client.get(banner)).toBe("gepuffert");
  });

  test("a lagging poll never takes back what the stream has brought", async () => {
    const server = await serve((response, request) => {
      events(event("snapshot", snapshotOf(9, [bannerFlag("neu")]), "1-9"))(response, request);
      setTimeout(() => response.destroy(), 20);
    }, refuse(503));
    server.ruleset = answers(4, "alt");
    const client = clientOf([server.url]);
    await client.ready;
    while (server.requests.filter(({ url }) => url?.endsWith("ruleset")).length < 2)
      await new Promise((resolve) => setTimeout(resolve, 5));
    expect([client.get(banner), client.status.revision]).toEqual(["neu", 9]);
  });
});

describe("several endpoints", () => {
  test("the next one serves while the first fails, and is left for it when that one is healthy again", async () => {
    const [first, second] = [await serve(refuse(500)), await serve()];
    second.answers = [events(event("snapshot", snapshotOf(1, [bannerFlag("zweite")]), "1-1"))];
    const client = clientOf([first.url, second.url]);
    await client.ready;
    expect(client.get(banner)).toBe("zweite");
    first.answers = [events(event("snapshot", snapshotOf(2, [bannerFlag("erste")]), "1-2"))];
    second.answers = [refuse(500)];
    second.open[0]?.destroy();
    await until(client, "changed", () => client.get(banner) === "erste");
    expect((await first.streams(2)).at(-1)?.headers["last-event-id"]).toBe("1-1");
  });
});
