import { afterEach, describe, expect, test } from "vitest";
import {
  banner,
  bannerFlag,
  checkoutFlag,
  discountFlag,
  hastyHost,
  newCheckout,
  patchOf,
  snapshotOf,
} from "../client/testing/flags.ts";
import type { Client } from "../client/client.ts";
import type { ClientEvents } from "../client/events.ts";
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

function clientOf(server: { readonly url: string }, options: Partial<ClientOptions & ServerOptions> = {}): Client {
  const client = createClient({
    url: server.url,
    key: "fw_server_1_secret",
    host: hastyHost,
    logger: null,
    ...options,
  });
  cleanups.push(() => client.close());
  return client;
}

function next<Name extends keyof ClientEvents>(
  client: Client,
  name: Name,
  when: (payload: ClientEvents[Name]) => boolean = () => true,
): Promise<ClientEvents[Name]> {
  return new Promise((resolve) => {
    const off = client.on(name, (payload) => {
      if (!when(payload)) return;
      off();
      resolve(payload);
    });
  });
}

const context = { targetingKey: "u1" };
const base = snapshotOf(1, [checkoutFlag(false), bannerFlag("eins")]);
const killed = { at: "2026-01-01T00:00:00Z", by: "kim", reason: "incident" };

test("the key is sent as a bearer token, and the first snapshot makes the client ready", async () => {
  const server = await serve(events(event("snapshot", base, "1-1")));
  const client = clientOf(server);
  expect(await client.ready).toMatchObject({ state: "ready", epoch: 1, revision: 1 });
  expect(client.get(banner)).toBe("eins");
  expect(server.requests[0]?.headers).toMatchObject({
    authorization: "Bearer fw_server_1_secret",
    accept: "text/event-stream",
  });
  expect(server.requests[0]?.headers["last-event-id"]).toBeUndefined();
});

describe("resume", () => {
  test("a stream that is cut resumes from what was applied, and no patch is skipped", async () => {
    const server = await serve(
      events(event("snapshot", base, "1-1"), event("patch", patchOf(1, 2, [checkoutFlag(true)]), "1-2")),
      events(event("patch", patchOf(2, 3, [bannerFlag("drei")]), "1-3")),
    );
    const client = clientOf(server);
    await next(client, "changed", ({ revision }) => revision === 2);
    server.open[0]?.destroy();
    await next(client, "changed", ({ revision }) => revision === 3);
    const [, second] = await server.streams(2);
    expect(second?.headers["last-event-id"]).toBe("1-2");
    expect([client.get(newCheckout, context), client.get(banner)]).toEqual([true, "drei"]);
  });

  test("an event that is cut in the middle is not applied; it comes again", async () => {
    const patch = event("patch", patchOf(1, 2, [bannerFlag("zwei")]), "1-2");
    const server = await serve((response, request) => {
      events(event("snapshot", base, "1-1"), patch.slice(0, patch.length / 2))(response, request);
      setTimeout(() => response.destroy(), 30);
    }, events(patch));
    const client = clientOf(server);
    await next(client, "changed", ({ revision }) => revision === 2);
    expect((await server.streams(2))[1]?.headers["last-event-id"]).toBe("1-1");
    expect(client.get(banner)).toBe("zwei");
  });

  test("a kill has no id: after kill, disconnect and resume, the patches that it overtook still come", async () => {
    const kill = event("kill", { epoch: 1, revision: 3, flag: "new-checkout", killed });
    const server = await serve(
      events(event("snapshot", snapshotOf(1, [checkoutFlag(true), bannerFlag("eins")]), "1-1"), kill),
      events(
        event("patch", patchOf(1, 2, [bannerFlag("zwei")]), "1-2"),
        event("patch", patchOf(2, 3, [checkoutFlag(true, { killed })]), "1-3"),
      ),
    );
    const client = clientOf(server);
    const change = await next(client, "changed", ({ cause }) => cause === "kill");
    expect(change).toMatchObject({ flags: ["new-checkout"], killed });
    expect(client.details(newCheckout, context)).toMatchObject({ value: false, reason: "DISABLED" });

    const during: boolean[] = [];
    client.on("changed", () => during.push(client.get(newCheckout, context)));
    server.open[0]?.destroy();
    await next(client, "changed", ({ revision }) => revision === 3);
    expect((await server.streams(2))[1]?.headers["last-event-id"]).toBe("1-1");
    expect(client.get(banner)).toBe("zwei");
    expect(during).toEqual([false, false]);
  });
});

describe("bytes", () => {
  test("characters that are split between two chunks arrive whole", async () => {
    const bytes = Buffer.from(event("snapshot", snapshotOf(1, [bannerFlag("größer 🚀 漢字")]), "1-1"));
    const server = await serve(async (response, request) => {
      events()(response, request);
      for (const byte of bytes) {
        response.write(Uint8Array.of(byte));
        await new Promise(setImmediate);
      }
    });
    const client = clientOf(server);
    await client.ready;
    expect(client.get(banner)).toBe("größer 🚀 漢字");
  });

  test("an event beyond the limit is refused without being kept in memory; flags stay as they were", async () => {
    let written = 0;
    const server = await serve(
      events(event("snapshot", base, "1-1")),
      (response, request) => {
        events("event: snapshot\ndata: ")(response, request);
        const write = (): void => {
          while (!response.destroyed && response.write("x".repeat(16_384))) written += 16_384;
          if (!response.destroyed) response.once("drain", write);
        };
        write();
      },
      events(),
    );
    const client = clientOf(server, { maxPayloadBytes: 100_000 });
    await client.ready;
    server.open[0]?.destroy();
    const error = await next(client, "error", ({ code }) => code === "PAYLOAD_TOO_LARGE");
    expect(error.message).toContain("100000 bytes");
    await server.streams(3);
    expect(client.get(banner)).toBe("eins");
    expect(written).toBeLessThan(20_000_000);
  });
});

describe("answers other than a stream", () => {
  test.each([
    [401, "UNAUTHORIZED", "fw_server_"],
    [403, "FORBIDDEN", "kind server"],
    [404, "NOT_FOUND", "url"],
  ])("%i ends the wait for readiness at once and says what to do", async (status, code, help) => {
    const server = await serve((response) => void response.writeHead(status).end());
    const said: string[] = [];
    const client = clientOf(server, { logger: { warn: (message) => said.push(message) } });
    const { state, error } = await client.ready;
    expect([state, error?.code]).toEqual(["connecting", code]);
    expect(error?.help).toContain(help);
    expect(said).toHaveLength(1);
    expect(said[0]).not.toContain("secret");
    expect(client.details(banner)).toMatchObject({
      value: "none",
      reason: "ERROR",
      errorCode: "PROVIDER_NOT_READY",
    });
  });

  test("503 with Retry-After is not asked again sooner, and then succeeds", async () => {
    const waits: number[] = [];
    const host = {
      ...hastyHost,
      after: (ms: number, task: () => void, hold?: "hold") => {
        waits.push(ms);
        return hastyHost.after(ms, task, hold);
      },
    };
    const server = await serve(
      (response) => void response.writeHead(503, { "retry-after": "7" }).end(),
      events(event("snapshot", base, "1-1")),
    );
    const client = clientOf(server, { host });
    const failure = next(client, "error");
    expect((await client.ready).state).toBe("ready");
    expect(await failure).toMatchObject({ code: "UNAVAILABLE", status: 503, retryAfterMs: 7000 });
    expect(waits).toContain(7000 + 0.5 * 1000);
  });

  test("a page instead of a stream is named as such", async () => {
    const server = await serve(
      (response) => void response.writeHead(200, { "content-type": "text/html" }).end("<h1>Sign in</h1>"),
      events(event("snapshot", base, "1-1")),
    );
    const client = clientOf(server);
    const error = await next(client, "error");
    expect([error.code, error.message]).toEqual(["UNEXPECTED_CONTENT", expect.stringContaining("text/html")]);
    await next(client, "ready");
  });
});

describe("order", () => {
  test("a patch that does not follow heals by a full snapshot", async () => {
    const server = await serve(
      events(event("snapshot", base, "1-1"), event("patch", patchOf(4, 5, [checkoutFlag(true)]), "1-5")),
      events(event("snapshot", snapshotOf(5, [checkoutFlag(true), bannerFlag("fünf")]), "1-5")),
    );
    const client = clientOf(server);
    await next(client, "changed", ({ revision }) => revision === 5);
    expect((await server.streams(2))[1]?.headers["last-event-id"]).toBeUndefined();
    expect(client.get(banner)).toBe("fünf");
  });

  test("a heartbeat ahead of what is held shows that a patch was lost", async () => {
    const server = await serve(
      events(event("snapshot", base, "1-1"), event("heartbeat", { epoch: 1, revision: 2 })),
      events(event("snapshot", snapshotOf(2, [bannerFlag("zwei")]), "1-2")),
    );
    const client = clientOf(server);
    await next(client, "changed", ({ revision }) => revision === 2);
    expect(client.get(banner)).toBe("zwei");
  });

  test("an older epoch, an older revision and a patch that was had already change nothing", async () => {
    const server = await serve(
      events(
        event("snapshot", snapshotOf(9, [bannerFlag("neun")], 2), "2-9"),
        event("snapshot", snapshotOf(99, [bannerFlag("alt")], 1), "1-99"),
        event("snapshot", snapshotOf(8, [bannerFlag("acht")], 2), "2-8"),
        event("patch", patchOf(8, 9, [bannerFlag("wieder")], 2), "2-9"),
        event("heartbeat", { epoch: 1, revision: 1 }),
        event("patch", patchOf(9, 10, [checkoutFlag(true)], 2), "2-10"),
      ),
    );
    const client = clientOf(server);
    await next(client, "changed", ({ revision }) => revision === 10);
    expect(client.get(banner)).toBe("neun");
    expect(server.requests).toHaveLength(1);
  });

  test("a purge outranks everything and brings its own snapshot", async () => {
    const server = await serve(
      events(
        event("snapshot", snapshotOf(50, [bannerFlag("eins")]), "1-50"),
        event("purge", { snapshot: snapshotOf(0, [bannerFlag("rein")], 2) }, "2-0"),
      ),
    );
    const client = clientOf(server);
    expect(await next(client, "changed", ({ cause }) => cause === "purge")).toMatchObject({ epoch: 2, revision: 0 });
    expect(client.get(banner)).toBe("rein");
  });

  test("data that cannot be read is refused, told, and asked for again in full", async () => {
    const server = await serve(
      events(event("snapshot", base, "1-1"), event("patch", { format: 1, epoch: 1, from: 1, to: 2 }, "1-2")),
      events("event: snapshot\nid: 1-2\ndata: {broken\n\n"),
      events(event("snapshot", snapshotOf(3, [discountFlag(5), bannerFlag("drei")]), "1-3")),
    );
    const client = clientOf(server);
    const refusals: string[] = [];
    client.on("error", ({ message }) => refusals.push(message));
    await next(client, "changed", ({ revision }) => revision === 3);
    expect(refusals).toEqual([expect.stringContaining("put"), expect.stringContaining("JSON")]);
    expect(client.get(banner)).toBe("drei");
    expect(client.status.error).toBeUndefined();
  });
});

describe("start and end", () => {
  test("a server that is down at the start: ready is bounded, and late success takes over", async () => {
    const gone = await startStreamServer(events());
    await gone.close();
    const client = clientOf(gone, { readyTimeoutMs: 100 });
    const failure = next(client, "error");
    expect((await client.ready).state).toBe("connecting");
    expect(await failure).toMatchObject({ code: "NETWORK" });

    const server = await startStreamServer(events(event("snapshot", base, "1-1")));
    cleanups.push(server.close);
    const late = clientOf({ url: gone.url }, { url: [gone.url, server.url] });
    await next(late, "ready");
    expect(late.get(banner)).toBe("eins");
  });

  test("a silent connection is given up and replaced", async () => {
    const server = await serve(
      (response, request) => {
        events(event("snapshot", base, "1-1"))(response, request);
        setTimeout(() => response.write(event("heartbeat", { epoch: 1, revision: 1 })), 50);
      },
      events(event("patch", patchOf(1, 2, [bannerFlag("zwei")]), "1-2")),
    );
    const client = clientOf(server, { readTimeoutMs: 2_500 });
    const failure = next(client, "error");
    await next(client, "changed", ({ revision }) => revision === 2);
    expect((await failure).code).toBe("TIMEOUT");
  });

  test("goodbye: the client comes back when told to, and reports no failure", async () => {
    const server = await serve(
      (response, request) => {
        events(event("snapshot", base, "1-1"), event("goodbye", { reconnectAfterMs: 3000 }))(response, request);
        response.end();
      },
      events(event("patch", patchOf(1, 2, [bannerFlag("zwei")]), "1-2")),
    );
    const client = clientOf(server);
    const failures: string[] = [];
    client.on("error", ({ code }) => failures.push(code));
    await next(client, "changed", ({ revision }) => revision === 2);
    expect(failures).toEqual([]);
  });

  test("close ends the connection, and the flags go on answering as stale", async () => {
    const server = await serve(events(event("snapshot", base, "1-1")));
    const client = clientOf(server);
    await client.ready;
    const ended = new Promise((resolve) => server.open[0]?.on("close", resolve));
    await client.close();
    await ended;
    expect(client.status.state).toBe("closed");
    expect(client.details(banner)).toMatchObject({ value: "eins", reason: "STALE" });
  });
});
