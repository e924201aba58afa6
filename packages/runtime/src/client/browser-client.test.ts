import { EventSource } from "eventsource";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { defineFlag } from "../codegen/v1/define-flag.ts";
import type { Flag } from "../codegen/v1/flag.ts";
import { registry } from "../codegen/v1/registry.ts";
import { type BrowserClient, connect, createClient } from "./browser-client.ts";
import type { EventStream, RemoteEvents, RemoteOptions } from "./remote-options.ts";
import { hastyHost } from "./testing/flags.ts";
import { type OfrepServer, startOfrepServer } from "./testing/ofrep-server.ts";

/** As the client output of the generator has them: the context is the client's. */
const greeting: Flag<string> = defineFlag({ key: "greeting", version: 1, type: "string", hash: "h", default: "hello" });
const limit: Flag<{ readonly max: number }> = defineFlag(
  { key: "limit", version: 1, type: "object", hash: "h", default: { max: 1 } },
  (value) => Number.isInteger((value as { max: unknown }).max),
);

let server: OfrepServer;
const clients: BrowserClient[] = [];
beforeEach(async () => {
  server = await startOfrepServer();
  server.evaluate = ({ targetingKey }) => [
    { key: "greeting", value: `hi ${String(targetingKey)}`, variant: "named", reason: "TARGETING_MATCH" },
    { key: "limit", value: { max: 5 }, reason: "STATIC" },
  ];
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  await server.close();
  registry.client = undefined;
});

function start(options: Partial<RemoteOptions> = {}): BrowserClient {
  const client = createClient({
    url: server.url,
    key: "fw_client_1_public",
    context: { targetingKey: "ann" },
    host: hastyHost,
    EventSource: EventSource as unknown as new (url: string) => EventStream,
    ...options,
  });
  clients.push(client);
  return client;
}

function next<Name extends keyof RemoteEvents>(client: BrowserClient, name: Name): Promise<RemoteEvents[Name]> {
  return new Promise((resolve) => {
    const off = client.on(name, (payload) => {
      off();
      resolve(payload);
    });
  });
}

async function until(when: () => boolean): Promise<void> {
  while (!when()) await new Promise((resolve) => setTimeout(resolve, 5));
}

test("flags take no context, and say what the server said", async () => {
  const connecting = connect({
    url: `${server.url}/`,
    key: "fw_client_1_public",
    context: { targetingKey: "ann" },
    host: hastyHost,
  });
  expect(greeting.details()).toMatchObject({ value: "hello", reason: "ERROR", errorCode: "PROVIDER_NOT_READY" });
  clients.push(await connecting);
  expect([greeting(), limit()]).toEqual(["hi ann", { max: 5 }]);
  expect(greeting.details()).toEqual({
    flagKey: "greeting",
    value: "hi ann",
    variant: "named",
    reason: "TARGETING_MATCH",
    flagMetadata: {},
  });
  expect(server.questions[0]?.headers.authorization).toBe("Bearer fw_client_1_public");
});

test("a new context is asked for without the old one's tag, and brings its own values", async () => {
  const client = start();
  await client.ready;
  const changed = next(client, "changed");
  const setting = client.setContext({ targetingKey: "bob" });
  expect(client.details(greeting)).toMatchObject({ value: "hi ann", reason: "STALE" });
  await setting;
  expect([client.get(greeting), client.details(greeting).reason]).toEqual(["hi bob", "TARGETING_MATCH"]);
  expect(await changed).toEqual({ flags: "all" });
  expect(server.questions.at(-1)).toMatchObject({ context: { targetingKey: "bob" }, status: 200 });
  expect(server.questions.at(-1)?.headers["if-none-match"]).toBeUndefined();
});

test("of two contexts set quickly the last one wins, whichever answer comes first", async () => {
  const client = start();
  await client.ready;
  await Promise.all([client.setContext({ targetingKey: "bob" }), client.setContext({ targetingKey: "cat" })]);
  expect(client.get(greeting)).toBe("hi cat");
});

test("asking again costs a 304 while nothing changed, and says which flags changed when something did", async () => {
  const client = start();
  await client.ready;
  const before = client.get(limit);
  await client.refresh();
  expect(server.questions.at(-1)?.status).toBe(304);
  server.evaluate = () => [
    { key: "greeting", value: "good day" },
    { key: "limit", value: { max: 5 }, reason: "STATIC" },
  ];
  const changed = next(client, "changed");
  await client.refresh();
  expect(await changed).toEqual({ flags: ["greeting"] });
  // What did not change is the same object, so that nobody renders again for it.
  expect(client.get(limit)).toBe(before);
});

describe("event stream", () => {
  test("a notification makes the client ask again, with the tag that it named", async () => {
    server.streams = true;
    const client = start();
    await client.ready;
    await until(() => server.streamCount() === 1);
    server.evaluate = () => [{ key: "greeting", value: "news" }];
    const changed = next(client, "changed");
    server.notify("1-7");
    expect(await changed).toMatchObject({ flags: expect.arrayContaining(["greeting"]) });
    expect(server.questions.at(-1)?.query.get("flagConfigEtag")).toBe("1-7");
    expect(client.get(greeting)).toBe("news");
  });

  test("after an interruption the client asks, since it has not heard what happened meanwhile", async () => {
    server.streams = true;
    const client = start();
    await client.ready;
    await until(() => server.streamCount() === 1);
    server.evaluate = () => [{ key: "greeting", value: "meanwhile" }];
    const changed = next(client, "changed");
    server.cut();
    await changed;
    expect(client.get(greeting)).toBe("meanwhile");
  }, 15_000);

  test("without a stream the client asks from time to time", async () => {
    const client = start({ pollIntervalMs: 1_000 });
    await client.ready;
    server.evaluate = () => [{ key: "greeting", value: "later" }];
    await next(client, "changed");
    expect(client.get(greeting)).toBe("later");
  });
});

describe("faults", () => {
  test("a server that fails leaves the values as they were, as stale, and is tried again", async () => {
    const client = start();
    await client.ready;
    server.refuse = (response) => void response.writeHead(503, { "retry-after": "1" }).end();
    const stale = next(client, "stale");
    await client.refresh();
    expect((await stale).error).toContain("503");
    expect(client.details(greeting)).toMatchObject({ value: "hi ann", reason: "STALE" });
    server.refuse = undefined;
    expect(await next(client, "recovered")).toEqual({ state: "ready" });
  });

  test("no server: ready is bounded, and flags serve their defaults", async () => {
    const client = start({ url: "http://127.0.0.1:1", readyTimeoutMs: 100 });
    expect((await client.ready).state).toBe("connecting");
    expect(client.get(greeting)).toBe("hello");
  });

  test("an answer that is not JSON is a failure like any other", async () => {
    server.refuse = (response) => void response.writeHead(200).end("<html>");
    const client = start({ readyTimeoutMs: 100 });
    expect((await client.ready).state).toBe("connecting");
    server.refuse = undefined;
    await next(client, "ready");
    expect(client.get(greeting)).toBe("hi ann");
  });

  test("a value that the code cannot read gives way to the last good one, and to the default for somebody else", async () => {
    const client = start();
    await client.ready;
    const drift: RemoteEvents["drift"][] = [];
    client.on("drift", (event) => drift.push(event));
    expect(client.get(limit)).toEqual({ max: 5 });
    server.evaluate = () => [{ key: "limit", value: { max: "many" } }];
    await client.refresh();
    expect([client.get(limit), client.get(limit)]).toEqual([{ max: 5 }, { max: 5 }]);
    await client.setContext({ targetingKey: "bob" });
    expect(client.get(limit)).toEqual({ max: 1 });
    expect(drift).toEqual([
      { flag: "limit", replacedBy: "last good value" },
      { flag: "limit", replacedBy: "default" },
    ]);
  });

  test("a failed evaluation and one without a value serve the code's default", async () => {
    server.evaluate = () => [
      { key: "greeting", errorCode: "TARGETING_KEY_MISSING", errorDetails: "no key" },
      { key: "limit", reason: "DEFAULT" },
    ];
    const client = start();
    await client.ready;
    expect(client.details(greeting)).toEqual({
      flagKey: "greeting",
      value: "hello",
      reason: "ERROR",
      errorCode: "TARGETING_KEY_MISSING",
      errorMessage: "no key",
      flagMetadata: {},
    });
    expect(client.details(limit)).toMatchObject({ value: { max: 1 }, reason: "DEFAULT" });
  });

  test("close ends the stream and whatever is waiting; nothing is asked any more", async () => {
    server.streams = true;
    const client = start({ pollIntervalMs: 500 });
    await client.ready;
    await until(() => server.streamCount() === 1);
    await client.close();
    await until(() => server.streamCount() === 0);
    const asked = server.questions.length;
    await client.refresh();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(server.questions.length).toBe(asked);
  });
});
