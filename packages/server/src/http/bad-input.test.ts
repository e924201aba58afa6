import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundle, definition, startTestServer, type TestServer } from "../testing/api.ts";
import { exceedsDepth } from "./json-body.ts";
import { nearest } from "./problem.ts";

const FLAG = "projects/shop/environments/production/flags/dark-mode";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer("postgres");
  await server.call("PUT", "projects/shop/definitions", bundle([definition("dark-mode"), definition("new-checkout")]));
});
afterAll(() => server.close());

/** What must be the same after every refusal. */
const everything = async (): Promise<unknown> =>
  (await server.call("GET", "projects/shop/environments/production/flags")).body;

describe("bad input is refused with a problem and changes nothing", () => {
  const deep = `{"state":${'{"a":'.repeat(2_000)}1${"}".repeat(2_000)}}`;
  const cases: readonly (readonly [string, string, string, unknown, number, string])[] = [
    ["no JSON", "POST", `${FLAG}/toggle`, "{on: true}", 400, "BODY_NOT_JSON"],
    ["half a body", "POST", `${FLAG}/toggle`, '{"on": tr', 400, "BODY_NOT_JSON"],
    ["2,000 levels", "PATCH", FLAG, deep, 400, "BODY_TOO_DEEP"],
    ["2,000 levels in a push", "PUT", "projects/shop/definitions", deep, 400, "BODY_TOO_DEEP"],
    ["a body over 1 MiB", "PATCH", FLAG, { state: {}, reason: "x".repeat(2 ** 20) }, 413, "BODY_TOO_LARGE"],
    ["a bundle over 32 MiB", "PUT", "projects/shop/definitions", { a: "x".repeat(2 ** 25) }, 413, "BODY_TOO_LARGE"],
    ["a missing member", "POST", `${FLAG}/toggle`, {}, 422, "BODY_INVALID"],
    ["a wrong type", "POST", `${FLAG}/toggle`, { on: "yes" }, 422, "BODY_INVALID"],
    ["an unknown member", "POST", `${FLAG}/toggle`, { on: true, of: 1 }, 422, "BODY_INVALID"],
    ["__proto__ as a member", "POST", `${FLAG}/toggle`, '{"on":true,"__proto__":{"x":1}}', 422, "BODY_INVALID"],
    ["__proto__ as a state's member", "PATCH", FLAG, '{"state":{"__proto__":{"on":true}}}', 422, "STATE_INVALID"],
    [
      "constructor as a state's member",
      "PATCH",
      FLAG,
      '{"state":{"constructor":{"prototype":{}}}}',
      422,
      "STATE_INVALID",
    ],
    ["a list for a body", "POST", `${FLAG}/toggle`, [], 422, "BODY_INVALID"],
    ["an empty body", "POST", `${FLAG}/kill`, undefined, 422, "BODY_INVALID"],
    ["a kill without reason", "POST", `${FLAG}/kill`, { reason: "" }, 422, "BODY_INVALID"],
    ["NUL in a reason", "POST", `${FLAG}/kill`, { reason: "a\u0000b" }, 422, "BODY_INVALID"],
    ["a long reason", "POST", `${FLAG}/kill`, { reason: "é".repeat(1_001) }, 422, "BODY_INVALID"],
    ["an unknown flag", "POST", FLAG.replace("dark-mode", "dark-mod") + "/toggle", { on: true }, 404, "FLAG_NOT_FOUND"],
    ["an unknown environment", "GET", FLAG.replace("production", "prod"), undefined, 404, "ENVIRONMENT_NOT_FOUND"],
    ["an unknown project", "GET", FLAG.replace("shop", "shopp"), undefined, 404, "PROJECT_NOT_FOUND"],
    ["an unknown route", "GET", "flags", undefined, 404, "ROUTE_NOT_FOUND"],
    ["a bad percent-encoding", "GET", `${FLAG}%ZZ`, undefined, 400, "BAD_URL"],
    ["NUL in an address", "GET", `${FLAG}%00`, undefined, 400, "NUL_IN_ADDRESS"],
    ["a very long key", "GET", `${FLAG}${"x".repeat(150)}`, undefined, 400, "PARAMETER_INVALID"],
    ["a limit of 0", "GET", "audit?limit=0", undefined, 400, "PARAMETER_INVALID"],
    ["a limit of 201", "GET", "audit?limit=201", undefined, 400, "PARAMETER_INVALID"],
    ["a limit that is no number", "GET", "audit?limit=many", undefined, 400, "PARAMETER_INVALID"],
    ["a foreign cursor", "GET", "audit?cursor=!!!", undefined, 400, "CURSOR_INVALID"],
  ];
  test.each(cases)("%s", async (_, method, path, body, status, code) => {
    const before = await everything();
    const refused = await server.call(method, path, body, { "if-match": "*" });
    expect([refused.status, refused.body.code]).toEqual([status, code]);
    expect(refused.headers.get("content-type")).toContain("application/problem+json");
    expect(refused.body).toMatchObject({
      type: `urn:flagwright:problem:${code.toLowerCase().replaceAll("_", "-")}`,
      title: expect.any(String),
      detail: expect.any(String),
      requestId: refused.headers.get("x-request-id"),
    });
    expect(await everything()).toEqual(before);
  });

  test("another media type gets 415, and text that is not UTF-8 gets 400", async () => {
    const form = await server.call("POST", `${FLAG}/toggle`, "on=true", {
      "content-type": "application/x-www-form-urlencoded",
    });
    expect([form.status, form.body.code]).toEqual([415, "MEDIA_TYPE"]);
    const ofrep = await fetch(`${server.url}/ofrep/v1/evaluate/flags/new-checkout`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${server.credentials.serverKeys["development"]}`,
        "content-type": "application/x-www-form-urlencoded",
      },
      body: "{}",
    });
    expect([ofrep.status, await ofrep.json()]).toEqual([
      415,
      { key: "new-checkout", errorCode: "PARSE_ERROR", errorDetails: 'Send the body as "application/json".' },
    ]);
    const answer = await fetch(`${server.url}/api/v1/${FLAG}/toggle`, {
      method: "POST",
      headers: { authorization: `Bearer ${server.credentials.managementKey}`, "content-type": "application/json" },
      body: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
    });
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([400, "BODY_NOT_UTF8"]);
  });

  test("a misspelt flag is answered with the nearest one, a far one with all of a few", async () => {
    const near = await server.call("GET", FLAG.replace("dark-mode", "new-chekout"));
    expect(near.body.detail).toBe('There is no flag "new-chekout". Did you mean "new-checkout"?');
    const far = await server.call("GET", FLAG.replace("dark-mode", "something-else-entirely"));
    expect(far.body.detail).toBe('There is no flag "something-else-entirely". There is "dark-mode", "new-checkout".');
  });

  test("a request that is cut in the middle changes nothing and hurts nobody", async () => {
    const before = await everything();
    const { hostname, port } = new URL(server.url);
    for (let cut = 0; cut < 5; cut++)
      await new Promise<void>((resolve) => {
        const socket = connect(Number(port), hostname, () => {
          socket.write(
            `POST /api/v1/${FLAG}/toggle HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${server.credentials.managementKey}\r\n` +
              'content-type: application/json\r\ncontent-length: 100\r\n\r\n{"on":',
            () => {
              socket.destroy();
              resolve();
            },
          );
        });
      });
    expect(await everything()).toEqual(before);
  });
});

describe("a write with an Idempotency-Key", () => {
  test("is done once, however often and however concurrently it is sent", async () => {
    const before = (await server.call("GET", FLAG)).body.version;
    const headers = { "idempotency-key": "toggle-once" };
    const answers = await Promise.all(
      [1, 2, 3, 4, 5].map(() => server.call("POST", `${FLAG}/toggle`, { on: true }, headers)),
    );
    for (const answer of answers) expect(answer.body.version).toBe(before + 1);
    for (const answer of answers) expect(answer.headers.get("etag")).toBe(`"${before + 1}"`);
    expect((await server.call("GET", FLAG)).body.version).toBe(before + 1);
  });

  test("that failed can be tried again with the same key", async () => {
    const headers = { "idempotency-key": "retry", "if-match": "*" };
    expect((await server.call("PATCH", FLAG, { state: { on: 7 } }, headers)).status).toBe(422);
    expect((await server.call("PATCH", FLAG, { state: { on: false } }, headers)).status).toBe(200);
  });

  test("must be short and visible", async () => {
    const refused = await server.call("POST", `${FLAG}/toggle`, { on: true }, { "idempotency-key": "x".repeat(101) });
    expect([refused.status, refused.body.code]).toEqual([400, "IDEMPOTENCY_KEY_INVALID"]);
  });
});

describe("every answer", () => {
  test("carries the request's id, or a new one when that is not to be trusted", async () => {
    expect((await server.call("GET", "me", undefined, { "x-request-id": "abc-1" })).headers.get("x-request-id")).toBe(
      "abc-1",
    );
    const odd = await server.call("GET", "me", undefined, { "x-request-id": "a b" });
    expect(odd.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("carries the headers that browsers ask for", async () => {
    const { headers } = await server.call("GET", "me");
    expect(headers.get("content-security-policy")).toContain("default-src");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("x-powered-by")).toBeNull();
  });
});

test("depth is counted outside strings only", () => {
  expect(exceedsDepth('{"a":"[[[[[["}', 1)).toBe(false);
  expect(exceedsDepth('{"a\\"":[[1]]}', 2)).toBe(true);
  expect(exceedsDepth("[[],[],[]]", 2)).toBe(false);
});

test("the nearest name is one that a slip of the hand explains", () => {
  expect(nearest("new-chekout", ["new-checkout", "old-checkout"])).toBe("new-checkout");
  expect(nearest("New-Checkout", ["new-checkout"])).toBe("new-checkout");
  expect(nearest("zzz", ["new-checkout"])).toBeUndefined();
  expect(nearest("x".repeat(10_000), ["x"])).toBeUndefined();
});
