import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createServer } from "../server.ts";
import { openPostgres } from "../storage/postgres.ts";
import { startPostgres, type PostgresService } from "../storage/testing/postgres.ts";
import { bundle, definition, secretOf, startTestServer, type TestServer } from "../testing/api.ts";
import { writeCredentialsFile } from "./credentials-file.ts";

const FLAG = "projects/shop/environments/production/flags/dark-mode";

describe("a server in operation", () => {
  let server: TestServer;
  const log: string[] = [];
  beforeAll(async () => {
    const logger = pino({ level: "trace" }, { write: (line: string) => void log.push(line) });
    server = await startTestServer("postgres", { requestsPerMinute: 60 }, { logger });
    await server.call("PUT", "projects/shop/definitions", bundle([definition("dark-mode")]));
  });
  afterAll(() => server.close());

  test("lives, and names what it depends on", async () => {
    const anybody = server.as(undefined);
    expect((await anybody("GET", "/healthz")).body).toEqual({ status: "ok" });
    expect(await anybody("GET", "/readyz")).toMatchObject({
      status: 200,
      body: { status: "ready", checks: { postgres: { ok: true }, node: { ok: true } }, bus: { kind: "in-process" } },
    });
  });

  test("counts requests by route and changes by action", async () => {
    await server.call("POST", `${FLAG}/kill`, { reason: "test" });
    const { body } = await server.as(undefined)("GET", "/metrics");
    expect(body).toContain('flagwright_changes_total{action="flag.kill"} 1');
    expect(body).toMatch(
      /flagwright_http_request_duration_seconds_count\{method="POST",route="[^"]*:flag\/kill",status="200"\} 1/,
    );
    expect(body).toContain("flagwright_streams 0");
    expect(body).not.toContain("dark-mode");
  });

  test("describes every route of the management API", async () => {
    const { body } = await server.as(undefined)("GET", "/openapi.json");
    expect(body.openapi).toBe("3.1.0");
    const flag = "/api/v1/projects/{project}/environments/{environment}/flags/{flag}";
    const under = ["/toggle", "/kill", "/lift", "/history", "/diff", "/revert"].map((path) => flag + path);
    const expected = [
      "/api/v1/me",
      "/api/v1/projects",
      "/api/v1/projects/{project}/definitions",
      "/api/v1/audit",
      flag,
    ];
    expect(Object.keys(body.paths)).toEqual(expect.arrayContaining([...expected, ...under]));
    expect(body.paths[`${flag}/kill`].post.requestBody.content["application/json"].schema.required).toEqual(["reason"]);
    const paths = Object.entries<Record<string, { summary?: string }>>(body.paths);
    for (const [path, operations] of paths.filter(([path]) => path.startsWith("/api/")))
      for (const [method, { summary }] of Object.entries(operations))
        expect(summary, `${method} ${path}`).toMatch(/^[A-Z]/);
  });

  test("shows them to people, with scripts of its own only", async () => {
    const page = await server.as(undefined)("GET", "/docs/");
    expect([page.status, page.headers.get("content-type")]).toEqual([200, expect.stringContaining("text/html")]);
    expect(page.headers.get("content-security-policy")).not.toContain("unsafe-eval");
    for (const [, source = ""] of String(page.body).matchAll(/<script[^>]* src="([^"]+)"/g)) {
      expect(source).not.toMatch(/^(https?:)?\/\//);
      const script = await server.as(undefined)("GET", new URL(source, `${server.url}/docs/`).pathname);
      expect(script.status).toBe(200);
    }
  });

  test("says 429 with whole seconds of Retry-After to a key that asks too often, and to no other", async () => {
    const statuses = new Set<number>();
    let refused: Awaited<ReturnType<typeof server.call>> | undefined;
    for (let ask = 0; ask < 70; ask++) {
      const answer = await server.call("GET", "me");
      statuses.add(answer.status);
      if (answer.status === 429) refused = answer;
    }
    expect([...statuses]).toEqual([200, 429]);
    expect(refused?.body.code).toBe("RATE_LIMITED");
    expect(refused?.headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
    expect((await server.as(server.credentials.serverKeys["production"])("GET", "me")).status).toBe(200);
  });

  test("lets a kill through when that key has asked too often, and when it sheds load", async () => {
    expect((await server.call("GET", "me")).status).toBe(429);
    expect((await server.call("POST", `${FLAG}/lift`)).status).toBe(200);
    const busy = await startTestServer("postgres", { maxEventLoopDelayMs: 50 });
    await busy.call("PUT", "projects/shop/definitions", bundle([definition("dark-mode")]));
    const blockTheLoop = async (): Promise<void> => {
      for (const until = performance.now() + 1_100; performance.now() < until;);
      await new Promise((resolve) => setTimeout(resolve, 1));
    };
    const shed = async (): Promise<unknown> => {
      await blockTheLoop();
      const { status, body, headers } = await busy.call("GET", "me");
      return [status, body.code, headers.get("retry-after")];
    };
    await expect.poll(shed, { timeout: 20_000 }).toEqual([503, "OVERLOADED", "2"]);
    await blockTheLoop();
    expect((await busy.call("POST", `${FLAG}/kill`, { reason: "fire" })).status).toBe(200);
    await busy.close();
  });

  test("stops listening to an address that keeps sending wrong keys", async () => {
    let last = 0;
    for (let ask = 0; ask < 70 && last !== 429; ask++) last = (await server.as("wrong")("GET", "me")).status;
    expect(last).toBe(429);
  });

  test("writes no secret to its log, at any level", () => {
    const text = log.join("");
    expect(text).toContain('"route":"/api/v1/me"');
    const { managementKey, serverKeys, clientKeys } = server.credentials;
    for (const key of [managementKey, ...Object.values(serverKeys), ...Object.values(clientKeys)])
      expect(text.includes(secretOf(key))).toBe(false);
    expect(text.toLowerCase()).not.toContain("bearer fw_");
  });
});

describe("a server whose PostgreSQL is not as it should be", () => {
  let postgres: PostgresService;
  let url: string;
  beforeAll(async () => {
    postgres = await startPostgres();
    url = await postgres.newDatabase();
  });
  afterAll(() => postgres.stop());

  test("refuses changes with a clear 503 while it is read-only, still answers reads, and recovers by itself", async () => {
    const database = await openPostgres({ url, onConnectionError: () => {} });
    const server = await createServer({ port: 0, project: "shop", logLevel: "silent", drainMs: 500 }, { database });
    const key = server.credentials?.managementKey ?? "";
    const call = (method: string, path: string, body?: unknown): Promise<Response> =>
      fetch(`${server.url}/api/v1/${path}`, {
        method,
        headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    await call("PUT", "projects/shop/definitions", bundle([definition("dark-mode")]));
    const name = new URL(url).pathname.slice(1);
    const reconnect = `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}' and pid <> pg_backend_pid()`;
    await postgres.run(url, `alter database ${name} set default_transaction_read_only = on`, reconnect);

    await expect.poll(async () => (await call("GET", FLAG)).status, { timeout: 10_000 }).toBe(200);
    const refused = await call("POST", `${FLAG}/kill`, { reason: "fire" });
    expect(refused.status).toBe(503);
    expect(refused.headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
    expect(await refused.json()).toMatchObject({
      code: "DATABASE_READ_ONLY",
      detail: expect.stringContaining("nothing was changed"),
    });
    expect(await (await call("GET", FLAG)).json()).toMatchObject({ version: 1 });
    expect((await fetch(`${server.url}/readyz`)).status).toBe(503);

    await postgres.run(
      url,
      "set default_transaction_read_only = off",
      `alter database ${name} reset default_transaction_read_only`,
      reconnect,
    );
    await expect
      .poll(async () => (await call("POST", `${FLAG}/kill`, { reason: "fire" })).status, { timeout: 10_000 })
      .toBe(200);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    await server.close();
    await database.close();
  });

  test("answers 503 while PostgreSQL is away, and says so in /readyz", async () => {
    const away = await startPostgres();
    const database = await openPostgres({ url: await away.newDatabase(), onConnectionError: () => {} });
    const server = await createServer({ port: 0, project: "shop", logLevel: "silent", drainMs: 500 }, { database });
    await away.stop();
    const answer = await fetch(`${server.url}/api/v1/me`, {
      headers: { authorization: `Bearer ${server.credentials?.managementKey}` },
    });
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([503, "UNAVAILABLE"]);
    const ready = await fetch(`${server.url}/readyz`);
    expect([ready.status, await ready.json()]).toMatchObject([503, { checks: { postgres: { ok: false } } }]);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    await server.close();
    await database.close();
  });
});

describe("the credentials file", () => {
  const folder = mkdtempSync(join(tmpdir(), "flagwright-keys-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("is not touched at a later start but for the address, and never made from nothing", () => {
    const path = join(folder, "credentials.json");
    writeCredentialsFile(path, "http://127.0.0.1:1", undefined);
    expect(() => readFileSync(path)).toThrow(/ENOENT/);
    const credentials = { project: "shop", managementKey: "m", serverKeys: { a: "s" }, clientKeys: { a: "c" } };
    writeCredentialsFile(path, "http://127.0.0.1:1", credentials);
    writeCredentialsFile(path, "http://127.0.0.1:2", undefined);
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({ url: "http://127.0.0.1:2", ...credentials });
    writeFileSync(path, "not JSON");
    writeCredentialsFile(path, "http://127.0.0.1:3", undefined);
    expect(readFileSync(path, "utf8")).toBe("not JSON");
  });
});
