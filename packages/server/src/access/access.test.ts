import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundle, definition, secretOf, startTestServer, type Reply, type TestServer } from "../testing/api.ts";
import { uuidv7 } from "../storage/uuid.ts";
import { newKey, parseKey, sameHash } from "./api-key.ts";

let now = Date.parse("2026-10-01T00:00:00Z");
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer("postgres", {}, { clock: { now: () => now } });
  await server.call("PUT", "projects/shop/definitions", bundle([definition("dark-mode")]));
});
afterAll(() => server.close());

const problem = ({ status, body }: Reply): readonly unknown[] => [status, body.code];

describe("a key", () => {
  test("says its kind and id, and only the hash of its secret is kept", () => {
    const key = newKey("server");
    expect(key.text).toMatch(/^fw_server_[0-9a-f]{18}_[\w-]{43}$/);
    expect(parseKey(key.text)).toEqual({ kind: "server", id: key.id, secretHash: key.secretHash });
    expect(key.secretHash).not.toContain(secretOf(key.text));
  });

  test.each(["", "fw_server_x_y", "fw_root_000000000000000000_", "Bearer x", "fw_server_".repeat(100)])(
    "is not %j",
    (text) => {
      expect(parseKey(text)).toBeUndefined();
    },
  );

  test("is compared whole", () => {
    const { secretHash } = newKey("client");
    expect(sameHash(secretHash, secretHash)).toBe(true);
    expect(sameHash(secretHash, newKey("client").secretHash)).toBe(false);
    expect(sameHash(secretHash, "")).toBe(false);
  });
});

describe("authentication", () => {
  test("without a key, with a malformed, an unknown or a tampered one there is 401 that says what to send", async () => {
    const missing = await server.as(undefined)("GET", "me");
    expect(problem(missing)).toEqual([401, "KEY_MISSING"]);
    expect(missing.headers.get("www-authenticate")).toContain("Bearer");
    expect(problem(await server.as("nonsense")("GET", "me"))).toEqual([401, "KEY_MALFORMED"]);
    expect(problem(await server.as(newKey("management").text)("GET", "me"))).toEqual([401, "KEY_UNKNOWN"]);
    const key = server.credentials.managementKey;
    const tampered = key.slice(0, -1) + (key.endsWith("A") ? "B" : "A");
    expect(problem(await server.as(tampered)("GET", "me"))).toEqual([401, "KEY_UNKNOWN"]);
    const promoted = (server.credentials.serverKeys["production"] ?? "").replace("_server_", "_management_");
    expect(problem(await server.as(promoted)("GET", "me"))).toEqual([401, "KEY_UNKNOWN"]);
  });

  test("a key of another kind gets 403, and /me tells each what it is", async () => {
    const serverKey = server.credentials.serverKeys["staging"];
    expect(problem(await server.as(serverKey)("GET", "projects"))).toEqual([403, "KEY_KIND"]);
    expect((await server.as(serverKey)("GET", "me")).body).toMatchObject({
      organization: "default",
      project: "shop",
      environment: "staging",
      key: { kind: "server", name: "staging server" },
    });
    expect(problem(await server.call("GET", "/sdk/v1/ruleset"))).toEqual([403, "KEY_KIND"]);
  });

  test("a body is not read before the key is checked", async () => {
    const huge = await server
      .as(undefined)("PUT", "projects/shop/definitions", "x".repeat(40 * 1024 * 1024))
      .catch((error: unknown) => error);
    // Either the answer arrives or the connection is cut before 40 MB have been taken in; never a 413 or a 200.
    if (!(huge instanceof Error)) expect((huge as Reply).status).toBe(401);
  });
});

describe("keys of a project", () => {
  test("a key is shown once, works, is listed without its secret, and works no more when revoked", async () => {
    const created = await server.call("POST", "projects/shop/keys", {
      kind: "server",
      name: "billing",
      environment: "production",
    });
    expect(created.status).toBe(201);
    const { id, key } = created.body;
    expect((await server.as(key)("GET", "/sdk/v1/ruleset")).status).toBe(200);
    const listed = await server.call("GET", "projects/shop/keys");
    const secret = secretOf(key);
    expect(JSON.stringify(listed.body)).toContain(id);
    expect(JSON.stringify(listed.body)).not.toContain(secret);
    const audit = await server.call("GET", "audit");
    expect(JSON.stringify(audit.body)).not.toContain(secret);

    expect((await server.call("DELETE", `projects/shop/keys/${id}`)).status).toBe(204);
    expect(problem(await server.as(key)("GET", "/sdk/v1/ruleset"))).toEqual([401, "KEY_REVOKED"]);
    expect(problem(await server.call("DELETE", "projects/shop/keys/000000000000000000"))).toEqual([
      404,
      "KEY_NOT_FOUND",
    ]);
  });

  test("a repeated creation with the same Idempotency-Key makes one key and does not show it again", async () => {
    const body = { kind: "client", name: "web", environment: "production" };
    const headers = { "idempotency-key": "create-web" };
    const [first, second] = [
      await server.call("POST", "projects/shop/keys", body, headers),
      await server.call("POST", "projects/shop/keys", body, headers),
    ];
    expect(second.body.id).toBe(first.body.id);
    expect(first.body.key).toBeDefined();
    expect(second.body).not.toHaveProperty("key");
    const other = await server.call("POST", "projects/shop/keys", { ...body, name: "other" }, headers);
    expect(problem(other)).toEqual([422, "IDEMPOTENCY_KEY_REUSED"]);
  });

  test("an expired key gets 401", async () => {
    const expiresAt = new Date(now + 60_000).toISOString();
    const { body } = await server.call("POST", "projects/shop/keys", {
      kind: "server",
      name: "short",
      environment: "staging",
      expiresAt,
    });
    expect((await server.as(body.key)("GET", "me")).status).toBe(200);
    now += 60_000;
    expect(problem(await server.as(body.key)("GET", "me"))).toEqual([401, "KEY_EXPIRED"]);
  });

  test.each([
    [{ kind: "root", name: "x" }, "/kind"],
    [{ kind: "server" }, "/name"],
    [{ kind: "server", name: "" }, "/name"],
    [{ kind: "server", name: "a\u0000b", environment: "production" }, "/name"],
    [{ kind: "server", name: "x", environment: "production", admin: true }, "/admin"],
    [{ kind: "server", name: "x" }, "/environment"],
    [{ kind: "management", name: "x", environment: "production" }, "/environment"],
  ])("%j is refused at %s", async (body, pointer) => {
    const refused = await server.call("POST", "projects/shop/keys", body);
    expect(refused.status).toBe(422);
    expect(refused.body.errors[0].pointer).toBe(pointer);
  });

  test("a management key of one project cannot reach another, nor the organization's audit log", async () => {
    const { body } = await server.call("POST", "projects/shop/keys", { kind: "management", name: "shop only" });
    const shopOnly = server.as(body.key);
    expect((await shopOnly("GET", "projects/shop")).status).toBe(200);
    expect(problem(await shopOnly("GET", "audit"))).toEqual([403, "KEY_SCOPE"]);
    expect((await server.call("POST", "projects", { key: "other" })).status).toBe(201);
    expect(problem(await shopOnly("POST", "projects", { key: "mine" }))).toEqual([403, "KEY_SCOPE"]);
    expect(problem(await shopOnly("GET", "projects/other"))).toEqual([403, "KEY_SCOPE"]);
    expect((await shopOnly("GET", "projects")).body.items).toHaveLength(1);
  });
});

describe("organizations", () => {
  test("what belongs to one does not exist for another, on any route", async () => {
    const stranger = newKey("management");
    await server.database.asOwner(async (trx) => {
      const id = uuidv7(now);
      const created_at = new Date(now);
      await trx.insertInto("organization").values({ id, key: "stranger", name: "Stranger", created_at }).execute();
      await trx
        .insertInto("api_key")
        .values({
          id: stranger.id,
          organization_id: id,
          kind: "management",
          name: "stranger",
          secret_hash: stranger.secretHash,
          created_at,
          created_by: "test",
          expires_at: null,
          revoked_at: null,
          last_used_at: null,
        })
        .execute();
    });
    const call = server.as(stranger.text);
    const project = (await server.call("GET", "projects/shop")).body;
    expect((await call("GET", "projects")).body.items).toEqual([]);
    const flag = "environments/production/flags/dark-mode";
    const attempts: readonly (readonly [string, string, unknown?])[] = [
      ["GET", ""],
      ["GET", "/environments"],
      ["POST", "/environments", { key: "mine" }],
      ["GET", "/definitions"],
      ["PUT", "/definitions", bundle([])],
      ["GET", "/flags"],
      ["GET", `/${flag}`],
      ["GET", `/${flag}/history`],
      ["POST", `/${flag}/toggle`, { on: true }],
      ["POST", `/${flag}/kill`, { reason: "x" }],
      ["GET", "/environments/production/segments"],
      ["GET", "/keys"],
      ["POST", "/keys", { kind: "management", name: "x" }],
    ];
    for (const name of ["shop", project.id])
      for (const [method, path, body] of attempts) {
        const answer = await call(method, `projects/${name}${path}`, body);
        expect([method, path, ...problem(answer)]).toEqual([method, path, 404, "PROJECT_NOT_FOUND"]);
        expect(answer.body.detail).not.toContain("Did you mean");
      }
    expect((await call("GET", "audit")).body.items).toEqual([]);
    expect((await server.call("GET", `projects/shop/${flag}`)).body.version).toBe(1);
  });
});
