import { afterAll, beforeAll, expect, test } from "vitest";
import { createServer, type RunningServer } from "../server.ts";
import { startPostgres, type PostgresService } from "../storage/testing/postgres.ts";
import { bundle, definition, type Reply } from "../testing/api.ts";

let postgres: PostgresService;
let databaseUrl: string;
let server: RunningServer;
let stream: ReadableStreamDefaultReader<string>;
let received = "";
beforeAll(async () => {
  postgres = await startPostgres();
  databaseUrl = await postgres.newDatabase();
  server = await createServer({ port: 0, project: "shop", logLevel: "silent", drainMs: 500, databaseUrl });
  const definitions = [definition("checkout"), definition("checkout", { version: 2 }), definition("dark-mode")];
  await call("PUT", "projects/shop/definitions", bundle(definitions));
  await call("GET", `${LIVE}/flags`);
  const answer = await fetch(`${server.url}/sdk/v1/stream`, {
    headers: { authorization: `Bearer ${server.credentials?.serverKeys["production"]}` },
  });
  stream = (answer.body as ReadableStream<Uint8Array<ArrayBuffer>>).pipeThrough(new TextDecoderStream()).getReader();
  void (async () => {
    for (let part = await stream.read(); !part.done; part = await stream.read()) received += part.value;
  })().catch(() => {});
});
afterAll(async () => {
  await server.close();
  await postgres.stop();
});

const LIVE = "projects/shop/environments/production";

async function call(method: string, path: string, body?: unknown): Promise<Pick<Reply, "status" | "body">> {
  const answer = await fetch(`${server.url}/api/v1/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${server.credentials?.managementKey}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: await answer.json() };
}

test("with PostgreSQL away a kill is refused; broken glass tells the clients at once and stores it later", async () => {
  await expect.poll(() => received, { timeout: 10_000 }).toContain("event: snapshot");
  const before = (await call("GET", `${LIVE}/flags`)).body;
  await postgres.kill();

  const refused = await call("POST", `${LIVE}/flags/checkout/kill`, { reason: "fire" });
  expect([refused.status, refused.body.code]).toEqual([503, "UNAVAILABLE"]);
  expect(received).not.toContain("event: kill");

  const unknown = await call("POST", `${LIVE}/flags/chekout/kill?breakGlass=true`, { reason: "fire" });
  expect([unknown.status, unknown.body.detail]).toEqual([404, expect.stringContaining('Did you mean "checkout"?')]);
  const elsewhere = LIVE.replace("production", "staging");
  const nobody = await call("POST", `${elsewhere}/flags/checkout/kill?breakGlass=true`, { reason: "fire" });
  expect([nobody.status, nobody.body.code]).toEqual([503, "DATABASE_AWAY"]);

  const killed = await call("POST", `${LIVE}/flags/checkout/kill?breakGlass=true`, { reason: "fire" });
  expect(killed).toMatchObject({
    status: 202,
    body: {
      flags: ["checkout", "checkout@2"],
      epoch: before.epoch,
      revision: before.revision + 1,
      killed: { reason: "fire", by: "first management key" },
      changed: ["checkout", "checkout@2"],
      provisional: true,
      told: { clients: 1, nodes: 1, allNodes: true },
    },
  });
  await expect.poll(() => received.match(/event: kill/g)?.length, { timeout: 10_000 }).toBe(2);
  expect(received).toContain('"provisional":true');
  expect(received).toContain('"flag":"checkout@2"');

  await postgres.start();
  await expect
    .poll(async () => (await call("GET", `${LIVE}/flags/checkout@2`)).body.killed, { timeout: 20_000 })
    .toEqual(killed.body.killed);
  expect((await call("GET", `${LIVE}/flags/dark-mode`)).body).not.toHaveProperty("killed");
  const { body } = await call("GET", "audit?limit=1");
  expect(body.items[0]).toMatchObject({
    action: "flag.kill",
    target: "checkout",
    revision: before.revision + 1,
    // The audit log tells when it was told, and that it was told before it was stored.
    at: killed.body.killed.at,
    details: {
      after: [
        { flag: "checkout", provisional: true },
        { flag: "checkout@2", provisional: true },
      ],
    },
  });
  expect((await call("GET", "audit/verify")).body).toMatchObject({ valid: true });
});

test("with PostgreSQL there, the glass changes nothing: the kill is stored and answered as ever", async () => {
  const killed = await call("POST", `${LIVE}/flags/dark-mode/kill?breakGlass=true`, { reason: "test" });
  expect(killed.status).toBe(200);
  expect(killed.body).not.toHaveProperty("provisional");
});

test("with PostgreSQL read-only a kill is refused and says why; broken glass reaches clients of a node that had none", async () => {
  const staging = LIVE.replace("production", "staging");
  const path = `${staging}/flags/dark-mode/kill`;
  await readOnly("on");
  // The first to use a connection that was ended hears of that.
  await expect
    .poll(async () => {
      const refused = await call("POST", path, { reason: "fire" });
      return [refused.status, refused.body.code];
    })
    .toEqual([503, "DATABASE_READ_ONLY"]);
  const killed = await call("POST", `${path}?breakGlass=true`, { reason: "fire" });
  expect(killed).toMatchObject({
    status: 202,
    body: { flags: ["dark-mode"], provisional: true, told: { clients: 0 } },
  });
  // Told to whoever evaluates here, and to whoever connects now.
  const key = server.credentials?.serverKeys["staging"];
  const evaluated = await fetch(`${server.url}/ofrep/v1/evaluate/flags/dark-mode`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: '{"context":{"targetingKey":"u"}}',
  });
  expect(await evaluated.json()).toMatchObject({ reason: "DISABLED" });
  await readOnly("off");
  await expect
    .poll(async () => (await call("GET", `${staging}/flags/dark-mode`)).body.killed, { timeout: 20_000 })
    .toEqual(killed.body.killed);
});

/** As on a standby: everything that would write is refused. Sessions keep what they began with, so they are ended. */
async function readOnly(value: "on" | "off"): Promise<void> {
  const name = new URL(databaseUrl).pathname.slice(1);
  await postgres.run(
    databaseUrl,
    "set default_transaction_read_only = off",
    `alter database ${name} set default_transaction_read_only = ${value}`,
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}' and pid <> pg_backend_pid()`,
  );
}
