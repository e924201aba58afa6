import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createServer, type RunningServer } from "../server.ts";
import { startPostgres, type PostgresService } from "../storage/testing/postgres.ts";
import { booleanFlag, Manager } from "./testing/shop.ts";
import { readStream, type SseReader } from "./testing/sse-reader.ts";

let postgres: PostgresService;
let server: RunningServer;
let manager: Manager;
let open: SseReader;

beforeAll(async () => {
  postgres = await startPostgres();
  server = await createServer({
    databaseUrl: await postgres.newDatabase(),
    port: 0,
    project: "shop",
    drainMs: 500,
    logLevel: "silent",
  });
  if (server.credentials === undefined) throw new Error("a new server has credentials");
  manager = new Manager(server.url, server.credentials);
  await manager.push([booleanFlag("checkout", { visibility: "client" })]);
  await manager.toggle("checkout", true);
  open = await readStream(`${server.url}/sdk/v1/stream`, manager.serverKey);
  await open.until((event) => event.event === "snapshot");
  await evaluate();
  await postgres.stop();
}, 120_000);
afterAll(() => server.close());

const evaluate = (): Promise<Response> =>
  fetch(`${server.url}/ofrep/v1/evaluate/flags/checkout`, {
    method: "POST",
    headers: { authorization: `Bearer ${manager.clientKey}`, "content-type": "application/json" },
    body: '{"context":{"targetingKey":"user-1"}}',
  });

describe("while the database is away", () => {
  test("streams stay open, new ones open, and the ruleset is served", async () => {
    const reader = await readStream(`${server.url}/sdk/v1/stream`, manager.serverKey);
    const { data } = await reader.until((event) => event.event === "snapshot");
    expect(data).toMatchObject({ flags: [{ key: "checkout", on: true }] });
    const ruleset = await fetch(`${server.url}/sdk/v1/ruleset`, {
      headers: { authorization: `Bearer ${manager.serverKey}` },
    });
    expect(ruleset.status).toBe(200);
    expect(open.events.map((event) => event.event)).toEqual(["snapshot"]);
    reader.close();
  });

  test("evaluations are answered", async () => {
    expect(await (await evaluate()).json()).toMatchObject({ key: "checkout", value: true });
  });

  test("a client that claims to be ahead gets its stream all the same", async () => {
    const reader = await readStream(`${server.url}/sdk/v1/stream`, manager.serverKey, {
      "last-event-id": "9999999999999-1",
    });
    expect(reader.status).toBe(200);
    reader.close();
  });

  test("a kill that cannot be made durable is refused, not promised", async () => {
    await expect(manager.kill("checkout")).rejects.toThrow("503");
    expect(await (await evaluate()).json()).toMatchObject({ value: true });
  });

  test("a key that nobody has seen before is not let in", async () => {
    const key = `${manager.serverKey.slice(0, -3)}abc`;
    expect((await readStream(`${server.url}/sdk/v1/stream`, key)).status).toBeGreaterThanOrEqual(400);
  });
});
