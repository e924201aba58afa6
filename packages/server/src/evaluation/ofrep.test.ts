import type { FlagDefinition } from "@flagwright/schema";
import { schemaHash } from "@flagwright/schema";
import { OFREPProvider } from "@openfeature/ofrep-provider";
import { OFREPWebProvider } from "@openfeature/ofrep-web-provider";
import { OpenFeature as ServerFeature } from "@openfeature/server-sdk";
import { OpenFeature as WebFeature, ProviderEvents } from "@openfeature/web-sdk";
import { EventSource } from "eventsource";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createServer, type RunningServer } from "../server.ts";
import { booleanFlag, Manager } from "../distribution/testing/shop.ts";
import { readStream } from "../distribution/testing/sse-reader.ts";

let server: RunningServer;
let manager: Manager;

const discount = { type: "object", required: ["percent"], properties: { percent: { type: "number" } } } as const;
const palette = { type: "array", items: { type: "string" } } as const;
const definitions: readonly FlagDefinition[] = [
  booleanFlag("checkout", { visibility: "client" }),
  booleanFlag("secret-plan"),
  booleanFlag("discount", {
    visibility: "client",
    type: "object",
    value: discount,
    schemaHash: schemaHash(discount),
    default: { percent: 0 },
    variants: [
      ["none", { percent: 0 }],
      ["small", { percent: 5 }],
    ],
  }),
  booleanFlag("limit", {
    visibility: "client",
    type: "integer",
    value: { type: "integer" },
    schemaHash: schemaHash({ type: "integer" }),
    default: 10,
    variants: [["big", 99]],
  }),
  booleanFlag("palette", {
    type: "array",
    value: palette,
    schemaHash: schemaHash(palette),
    default: ["grey"],
    variants: [["bright", ["red", "blue"]]],
  }),
  booleanFlag("split", {
    visibility: "client",
    kind: "release",
    expires: "2999-01-01",
    bucketBy: "targetingKey",
    context: { required: ["targetingKey"], optional: [] },
  }),
];

beforeAll(async () => {
  server = await createServer({ port: 0, project: "shop", logLevel: "silent", drainMs: 500 });
  if (server.credentials === undefined) throw new Error("a new server has credentials");
  manager = new Manager(server.url, server.credentials);
  const project = await manager.call("PUT", "projects/shop/definitions", {
    format: 1,
    project: "shop",
    context: { attributes: { plan: { type: "string" } } },
    definitions: definitions.map((each) =>
      each.key === "checkout" ? { ...each, context: { required: [], optional: ["plan"] } } : each,
    ),
    segments: [],
  });
  expect(project.body).toMatchObject({ dryRun: false });
  const proState = {
    on: true,
    off: "off",
    variants: [],
    targets: [],
    rules: [
      {
        id: "pro",
        when: { attribute: "plan", operator: "in", value: ["pro"] },
        serve: { variant: "on" },
        onMiss: "next",
      },
    ],
    otherwise: { variant: "off" },
  };
  await put("checkout", proState);
  await put("discount", { on: true, variants: [], targets: [], rules: [], otherwise: { variant: "small" } });
  await put("split", {
    on: true,
    variants: [],
    targets: [],
    rules: [],
    otherwise: {
      split: {
        by: ["targetingKey"],
        algorithm: "murmur3",
        ranges: [
          ["on", 0, 50_000],
          ["off", 50_000, 100_000],
        ],
      },
    },
  });
});
afterAll(async () => {
  await Promise.all([ServerFeature.close(), WebFeature.close()]);
  await server.close();
});

async function put(flag: string, state: object): Promise<void> {
  const path = `projects/shop/environments/development/flags/${flag}`;
  const answer = await manager.call("PUT", path, { state }, { "if-match": "*" });
  expect(answer).toMatchObject({ status: 200 });
}

interface Call {
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: string;
}

function post(path: string, body: unknown, { key = manager.clientKey, headers = {}, query = "" }: Call = {}) {
  return fetch(`${server.url}/ofrep/v1/evaluate/flags${path}${query}`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}
const context = (attributes: object = {}) => ({ context: { targetingKey: "user-1", ...attributes } });

describe("OFREP single evaluation", () => {
  test("answers value, reason, variant and metadata", async () => {
    const answer = await post("/checkout", context({ plan: "pro" }));
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      key: "checkout",
      value: true,
      reason: "TARGETING_MATCH",
      variant: "on",
      metadata: { ruleId: "pro" },
    });
    expect(await (await post("/checkout", context({ plan: "free" }))).json()).toMatchObject({
      value: false,
      reason: "UNKNOWN",
      metadata: { reason: "DEFAULT" },
    });
    expect(await (await post("/split", context())).json()).toMatchObject({ reason: "SPLIT" });
    expect(await (await post("/limit", context())).json()).toMatchObject({ value: 10, reason: "DISABLED" });
  });

  test("a killed flag answers its default as DISABLED", async () => {
    await manager.kill("discount");
    expect(await (await post("/discount", context())).json()).toMatchObject({
      value: { percent: 0 },
      reason: "DISABLED",
    });
    await manager.call("POST", "projects/shop/environments/development/flags/discount/lift", {});
    expect(await (await post("/discount", context())).json()).toMatchObject({ value: { percent: 5 } });
  });

  test("client keys see client-visible flags only, server keys all", async () => {
    const hidden = await post("/secret-plan", context());
    expect(hidden.status).toBe(404);
    expect(await hidden.json()).toMatchObject({ key: "secret-plan", errorCode: "FLAG_NOT_FOUND" });
    expect((await post("/secret-plan", context(), { key: manager.serverKey })).status).toBe(200);
  });

  test.each([
    ["no body", "", "INVALID_CONTEXT"],
    ["no context", "{}", "INVALID_CONTEXT"],
    ["a context that is a list", '{"context":[]}', "INVALID_CONTEXT"],
    ["a targeting key that is a number", '{"context":{"targetingKey":7}}', "INVALID_CONTEXT"],
    ["half a body", '{"context":{', "PARSE_ERROR"],
    ["a bottomless body", "[".repeat(5_000), "PARSE_ERROR"],
  ])("answers %s with 400 and a code of the protocol", async (_name, body, errorCode) => {
    const answer = await post("/checkout", body);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ key: "checkout", errorCode });
  });

  test("a split without its targeting key says which is missing", async () => {
    const answer = await post("/split", { context: {} });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ key: "split", errorCode: "TARGETING_KEY_MISSING" });
  });

  test("401 without a key or with a wrong one, 403 for a management key, 413 for a body over the limit", async () => {
    const noKey = await fetch(`${server.url}/ofrep/v1/evaluate/flags/checkout`, { method: "POST" });
    expect(noKey.status).toBe(401);
    expect((await post("/checkout", context(), { key: "nonsense" })).status).toBe(401);
    expect((await post("/checkout", context(), { key: manager.credentials.managementKey })).status).toBe(403);
    expect((await post("/checkout", context({ long: "x".repeat(300_000) }))).status).toBe(413);
  });

  test("the key may come as X-API-Key", async () => {
    const headers = { authorization: "", "x-api-key": manager.clientKey };
    expect((await post("/checkout", context(), { headers })).status).toBe(200);
  });

  test("names from outside are data", async () => {
    expect((await post("/%00", context())).status).toBe(400);
    for (const key of ["__proto__", "constructor", "a".repeat(150)])
      expect((await post(`/${key}`, context())).status).toBe(404);
    const body = '{"context":{"targetingKey":"u","__proto__":{"plan":"pro"}}}';
    expect(await (await post("/checkout", body)).json()).toMatchObject({ value: false });
  });
});

describe("OFREP bulk evaluation", () => {
  test("answers every visible flag, and where to listen", async () => {
    const answer = await post("", context({ plan: "pro" }));
    const body = (await answer.json()) as { flags: { key: string }[]; eventStreams: unknown };
    expect(body.flags.map((flag) => flag.key)).toEqual(["checkout", "discount", "limit", "split"]);
    expect(body.eventStreams).toMatchObject([{ type: "sse", inactivityDelaySec: 120 }]);
    const all = (await (await post("", context(), { key: manager.serverKey })).json()) as typeof body;
    expect(all.flags).toHaveLength(6);
    expect(all.eventStreams).toBeUndefined();
  });

  test("304 only when nothing that the answer depends on has changed", async () => {
    const tag = (await post("", context({ plan: "pro" }))).headers.get("etag") ?? "";
    const again = (body: object, call: Call = {}) => post("", body, { ...call, headers: { "if-none-match": tag } });
    expect((await again(context({ plan: "pro" }))).status).toBe(304);
    // The web provider keeps its tag when attributes change and the targeting key does not.
    expect((await again(context({ plan: "free" }))).status).toBe(200);
    expect((await again(context({ plan: "pro" }), { key: manager.serverKey })).status).toBe(200);
    await manager.toggle("limit", true);
    expect((await again(context({ plan: "pro" }))).status).toBe(200);
  });

  test("never 304 to a client that has heard of a newer configuration", async () => {
    const first = await post("", context());
    const tag = first.headers.get("etag") ?? "";
    const { metadata } = (await first.json()) as { metadata: { version: string } };
    const [epoch, revision] = metadata.version.split("-").map(Number) as [number, number];
    const asked = (version: string) =>
      post("", context(), { headers: { "if-none-match": tag }, query: `?flagConfigEtag=${version}` });
    expect((await asked(`${epoch}-${revision}`)).status).toBe(304);
    expect((await asked(`${epoch}-${revision + 1}`)).status).toBe(200);
    expect((await asked("nonsense")).status).toBe(304);
  });

  test("a tag that is given twice is no tag", async () => {
    const answer = await post("?flagConfigEtag=1-1&flagConfigEtag=1-2", context());
    expect(answer.status).toBe(200);
  });

  test("browsers of any origin may ask, and may read the tag", async () => {
    const preflight = await fetch(`${server.url}/ofrep/v1/evaluate/flags`, {
      method: "OPTIONS",
      headers: {
        origin: "https://shop.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type,if-none-match",
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
    expect(preflight.headers.get("access-control-allow-headers")).toContain("if-none-match");
    const answer = await post("", context(), { headers: { origin: "https://shop.example" } });
    expect(answer.headers.get("access-control-expose-headers")).toBe("etag, retry-after");
  });
});

describe("the OFREP event stream", () => {
  test("tells to evaluate again, and tells whoever was away", async () => {
    const url = `${server.url}/ofrep/v1/stream?key=${manager.clientKey}`;
    const reader = await readStream(url, "");
    const { epoch, revision } = await manager.toggle("limit", false);
    const event = await reader.until(() => true);
    expect(event).toMatchObject({
      event: "message",
      id: `${epoch}-${revision}`,
      data: { type: "refetchEvaluation", etag: `${epoch}-${revision}` },
    });
    reader.close();
    const back = await readStream(url, "", { "last-event-id": `${epoch}-${revision - 1}` });
    expect((await back.until(() => true)).id).toBe(`${epoch}-${revision}`);
    back.close();
  });

  test("takes no key but a client's", async () => {
    for (const key of ["", "nonsense", manager.serverKey, `${manager.clientKey}&key=${manager.clientKey}`]) {
      const { status } = await readStream(`${server.url}/ofrep/v1/stream?key=${key}`, "");
      expect([401, 403]).toContain(status);
    }
  });
});

describe("the published OpenFeature clients, unmodified", () => {
  test("the server provider evaluates every type, and falls back where there is no flag", async () => {
    const provider = new OFREPProvider({
      baseUrl: server.url,
      headers: [["Authorization", `Bearer ${manager.serverKey}`]],
    });
    await ServerFeature.setProviderAndWait("server", provider);
    const client = ServerFeature.getClient("server");
    const user = { targetingKey: "user-1", plan: "pro" };
    expect(await client.getBooleanDetails("checkout", false, user)).toMatchObject({
      value: true,
      variant: "on",
      reason: "TARGETING_MATCH",
    });
    expect(await client.getObjectValue("discount", {}, user)).toEqual({ percent: 5 });
    expect(await client.getNumberValue("limit", 1, user)).toBe(10);
    expect(await client.getObjectValue("palette", [], user)).toEqual(["grey"]);
    expect(await client.getBooleanDetails("no-such-flag", true, user)).toMatchObject({
      value: true,
      errorCode: "FLAG_NOT_FOUND",
    });
    expect(await client.getBooleanDetails("split", true, {})).toMatchObject({
      value: true,
      errorCode: "TARGETING_KEY_MISSING",
    });
  });

  test("the web provider takes a change over by the event stream, and another context by asking again", async () => {
    vi.stubGlobal("EventSource", EventSource);
    const provider = new OFREPWebProvider({
      baseUrl: server.url,
      headers: [["Authorization", `Bearer ${manager.clientKey}`]],
      cacheMode: "disabled",
    });
    await WebFeature.setContext("web", { targetingKey: "user-1", plan: "free" });
    await WebFeature.setProviderAndWait("web", provider as never);
    const client = WebFeature.getClient("web");
    expect(client.getBooleanValue("checkout", true)).toBe(false);
    // Same targeting key, other attribute: the provider sends its old tag.
    await WebFeature.setContext("web", { targetingKey: "user-1", plan: "pro" });
    expect(client.getBooleanDetails("checkout", false)).toMatchObject({ value: true, reason: "TARGETING_MATCH" });
    expect(client.getBooleanValue("secret-plan", true)).toBe(true);

    const changed = new Promise<void>((resolve) =>
      client.addHandler(ProviderEvents.ConfigurationChanged, () => resolve()),
    );
    await manager.kill("checkout");
    await changed;
    expect(client.getBooleanDetails("checkout", true)).toMatchObject({ value: false, reason: "DISABLED" });
    await WebFeature.clearProviders();
    vi.unstubAllGlobals();
  });
});
