import { schemaHash, type FlagDefinition } from "@flagwright/schema";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { booleanFlag, Manager } from "../distribution/testing/shop.ts";
import { readStream } from "../distribution/testing/sse-reader.ts";
import { createServer, type RunningServer } from "../server.ts";
import { faultsOf, type OfrepAnswer } from "./testing/ofrep-schema.ts";

/** Every answer of the routes, against what OFREP 0.3 allows. */
const typed = (key: string, type: FlagDefinition["type"], safe: unknown, other: unknown): FlagDefinition => {
  const value = type === "any" ? { type: ["string", "null"] } : { type };
  return booleanFlag(key, {
    type,
    value,
    schemaHash: schemaHash(value),
    default: safe,
    variants: [["other", other]],
    visibility: "client",
  } as Partial<FlagDefinition>);
};
const definitions = [
  booleanFlag("boolean", { visibility: "client" }),
  typed("string", "string", "", "other"),
  typed("number", "number", 0.5, 1e300),
  typed("integer", "integer", 0, -2),
  typed("object", "object", {}, { deep: { er: [1, null] } }),
  typed("array", "array", [], [1, "two"]),
  typed("nullable", "any", null, "x"),
  booleanFlag("hidden"),
  booleanFlag("split", {
    visibility: "client",
    bucketBy: "targetingKey",
    context: { required: ["targetingKey"], optional: [] },
  }),
];

let server: RunningServer;
let manager: Manager;
const settings = { port: 0, project: "shop", logLevel: "silent", drainMs: 500, maxEventLoopDelayMs: 0 } as const;

beforeAll(async () => {
  server = await createServer(settings);
  if (server.credentials === undefined) throw new Error("a new server has credentials");
  manager = new Manager(server.url, server.credentials);
  await manager.push(definitions);
  const split = { by: ["targetingKey"], algorithm: "murmur3", ranges: [["on", 0, 100_000]] };
  const state = { on: true, variants: [], targets: [], rules: [], otherwise: { split } };
  const path = "projects/shop/environments/development/flags/split";
  expect(await manager.call("PUT", path, { state }, { "if-match": "*" })).toMatchObject({ status: 200 });
});
afterAll(() => server.close());

const person = { context: { targetingKey: "u", plan: "pro" } };
interface Asked {
  readonly as?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly of?: RunningServer;
}
async function ask(path: string, body: unknown, { as = manager.clientKey, headers = {}, of = server }: Asked = {}) {
  const answer = await fetch(`${of.url}/ofrep/v1/evaluate/flags${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${as}`, "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text, body: text === "" ? undefined : JSON.parse(text) };
}
const conforms = (name: OfrepAnswer, answer: unknown): void => expect(faultsOf(name, answer)).toEqual([]);
const keys = definitions.map(({ key }) => key).filter((key) => key !== "hidden");

describe("OFREP single evaluation", () => {
  test.each(keys)(
    "200 has the value of %s, off, on and killed: clients take an answer without one for an error",
    async (key) => {
      for (const change of [false, true, "kill"] as const) {
        const order = change === "kill" ? await manager.kill(key) : await manager.toggle(key, change);
        await expect
          .poll(async () => (await ask("", person)).body.metadata.version)
          .toBe(`${order.epoch}-${order.revision}`);
        const { status, headers, body } = await ask(`/${key}`, person);
        expect([status, headers.get("content-type")]).toEqual([200, "application/json; charset=utf-8"]);
        conforms("success", body);
        conforms("bulk", (await ask("", person)).body);
      }
      await manager.call("POST", `projects/shop/environments/development/flags/${key}/lift`, {});
    },
  );

  test.each([
    ["no targeting key where it decides", "/split", { context: {} }, "TARGETING_KEY_MISSING"],
    ["no context", "/boolean", {}, "INVALID_CONTEXT"],
    ["a context that is a list", "/boolean", { context: [] }, "INVALID_CONTEXT"],
    ["a targeting key that is no text", "/boolean", { context: { targetingKey: 7 } }, "INVALID_CONTEXT"],
    ["half a document", "/boolean", '{"context":', "PARSE_ERROR"],
    ["nothing", "/boolean", "", "INVALID_CONTEXT"],
  ])("400 for %s names the flag and the code", async (_what, path, body, errorCode) => {
    await manager.toggle("split", true);
    await expect
      .poll(async () => {
        const answer = await ask(path, body);
        conforms("failure", answer.body);
        return [answer.status, answer.body.errorCode];
      })
      .toEqual([400, errorCode]);
  });

  test("404 for a flag that is not there, and for one that is not the client's", async () => {
    for (const path of ["/no-such-flag", "/hidden", "/__proto__", "/%F0%9F%8F%B4"]) {
      const { status, body } = await ask(path, person);
      expect(status).toBe(404);
      conforms("notFound", body);
    }
  });
});

describe("OFREP bulk evaluation", () => {
  test("200 holds successes and failures side by side, and where browsers listen", async () => {
    await manager.toggle("split", true);
    await expect.poll(async () => (await ask("", { context: {} })).text).toContain("TARGETING_KEY_MISSING");
    const { status, headers, body } = await ask("", { context: {} });
    expect(status).toBe(200);
    conforms("bulk", body);
    expect(body.flags).toHaveLength(keys.length);
    expect(body.eventStreams).toHaveLength(1);
    expect(headers.get("etag")).toMatch(/^"[^"]+"$/);
    conforms("bulk", (await ask("", person, { as: manager.serverKey })).body);
  });

  test("304 has no body, and the tag it confirms", async () => {
    const tag = (await ask("", person)).headers.get("etag") ?? "";
    const { status, text, headers } = await ask("", person, { headers: { "if-none-match": tag } });
    expect([status, text, headers.get("etag")]).toEqual([304, "", tag]);
  });

  test.each([
    ["no context", {}, "INVALID_CONTEXT"],
    ["half a document", '{"context":', "PARSE_ERROR"],
  ])("400 for %s", async (_what, request, errorCode) => {
    const { status, body } = await ask("", request);
    expect([status, body.errorCode]).toEqual([400, errorCode]);
    conforms("bulkFailure", body);
  });
});

describe("OFREP refusals", () => {
  test("401 without a good key, 403 with one of another kind, 413 for too long a context: each with a code", async () => {
    const long = { context: { targetingKey: "x".repeat(300_000) } };
    for (const path of ["", "/boolean"]) {
      const answers = [
        await ask(path, person, { as: "nonsense" }),
        await ask(path, person, { as: manager.credentials.managementKey }),
        await ask(path, long),
      ];
      expect(answers.map(({ status }) => status)).toEqual([401, 403, 413]);
      for (const { body } of answers) conforms(path === "" ? "bulkFailure" : "failure", body);
    }
  });

  test("429 says in whole seconds when to come back, to this key alone", async () => {
    const limited = await createServer({ ...settings, evaluationsPerSecond: 1 });
    if (limited.credentials === undefined) throw new Error("a new server has credentials");
    const { clientKey, serverKey } = new Manager(limited.url, limited.credentials);
    const mine = { of: limited, as: clientKey };
    const burst = await Promise.all(Array.from({ length: 40 }, () => ask("/boolean", person, mine)));
    const refused = burst.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    for (const { headers, body } of refused) {
      expect(headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
      conforms("failure", body);
    }
    expect((await ask("/boolean", person, { ...mine, as: serverKey })).status).toBe(404);
    await limited.close();
  });
});

test("each event of the stream is one that a provider knows, with an id to resume from", async () => {
  const reader = await readStream(`${server.url}/ofrep/v1/stream?key=${manager.clientKey}`, "");
  const { epoch, revision } = await manager.toggle("boolean", true);
  const { event, id, data } = await reader.until((each) => each.id === `${epoch}-${revision}`);
  expect([event, id]).toEqual(["message", `${epoch}-${revision}`]);
  conforms("event", data);
  reader.close();
});
