import { schemaHash, type FlagDefinition } from "@flagwright/schema";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startRedis, type RedisService } from "../../../../scripts/services/redis.ts";
import { createServer, type RunningServer } from "../server.ts";
import { startPostgres, type PostgresService } from "../storage/testing/postgres.ts";
import { booleanFlag, Manager, type Answer } from "./testing/shop.ts";
import { readStream, type SseReader } from "./testing/sse-reader.ts";

/** Two nodes in two regions. */
let postgres: PostgresService;
let redis: RedisService;
let nodes: RunningServer[];
let managers: Manager[];

const narrow = {
  type: "object",
  required: ["percent"],
  properties: { percent: { type: "number", maximum: 50 } },
} as const;
const wide = {
  type: "object",
  required: ["percent"],
  properties: { percent: { type: "number", maximum: 90 } },
} as const;
const discount = (value: typeof narrow | typeof wide): FlagDefinition =>
  booleanFlag("discount", {
    type: "object",
    value,
    schemaHash: schemaHash(value),
    default: { percent: 0 },
    variants: [["small", { percent: 5 }]],
  });

const limit = (value: { readonly type: "integer" | "number" }, other: number): FlagDefinition =>
  booleanFlag("limit", { ...value, value, schemaHash: schemaHash(value), default: 1, variants: [["other", other]] });

beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  const shared = {
    databaseUrl: await postgres.newDatabase(),
    redisUrl: redis.url,
    port: 0,
    project: "shop",
    drainMs: 500,
    logLevel: "silent",
    maxEventLoopDelayMs: 0,
  } as const;
  const first = await createServer({ ...shared, region: "eu" });
  nodes = [first, await createServer({ ...shared, region: "us" })];
  const { credentials } = first;
  if (credentials === undefined) throw new Error("a new server has credentials");
  managers = nodes.map((node) => new Manager(node.url, credentials));
  await manager(0).push([booleanFlag("checkout"), discount(narrow)]);
}, 120_000);
afterAll(async () => {
  await Promise.all(nodes.map((node) => node.close()));
  await Promise.all([postgres.stop(), redis.stop()]);
});

const manager = (index: number): Manager => managers[index] as Manager;
const ENVIRONMENT = "projects/shop/environments/development";

interface Order {
  readonly epoch: number;
  readonly revision: number;
}

/** A client that says what it has only when told to. */
class ReportingClient {
  readonly instance: string;
  readonly node: number;
  readonly stream: SseReader;

  constructor(instance: string, node: number, stream: SseReader) {
    this.instance = instance;
    this.node = node;
    this.stream = stream;
  }

  static async connect(instance: string, node: number): Promise<ReportingClient> {
    const { url, serverKey } = manager(node);
    const stream = await readStream(`${url}/sdk/v1/stream`, serverKey, { "flagwright-instance": instance });
    await stream.until((event) => event.event === "snapshot");
    return new ReportingClient(instance, node, stream);
  }

  /** What the node would like to be told with the next report. */
  async report(applied: Order, more: object = {}): Promise<string | null> {
    const { url, serverKey } = manager(this.node);
    const answer = await fetch(`${url}/sdk/v1/report`, {
      method: "POST",
      headers: { authorization: `Bearer ${serverKey}`, "content-type": "application/json" },
      body: JSON.stringify({
        sdk: { name: "test", version: "1" },
        service: { name: `service-${this.instance}`, version: "7" },
        instance: this.instance,
        applied: { epoch: applied.epoch, revision: applied.revision },
        ...more,
      }),
    });
    expect(answer.status).toBe(202);
    return answer.headers.get("flagwright-send");
  }
}

const receipt = async (node: number, { epoch, revision }: Order): Promise<unknown> =>
  (await manager(node).call("GET", `${ENVIRONMENT}/receipts?epoch=${epoch}&revision=${revision}`)).body;
const wait = (node: number, { epoch, revision }: Order, quorum: object): Promise<Answer> =>
  manager(node).call("POST", `${ENVIRONMENT}/receipts`, { epoch, revision, ...quorum });

describe("receipts", () => {
  test("count, at either node, who is connected to any, who has applied it, and name the slowest", async () => {
    const clients = [
      await ReportingClient.connect("a", 0),
      await ReportingClient.connect("b", 1),
      await ReportingClient.connect("c", 1),
    ];
    const [a, b, c] = clients as [ReportingClient, ReportingClient, ReportingClient];
    const before = (a.stream.events[0] as { data: Order }).data;
    for (const client of clients) await client.report(before);
    const killed = await manager(0).kill("checkout", "receipt test");
    for (const node of [0, 1])
      await expect
        .poll(() => receipt(node, killed), { timeout: 10_000 })
        .toMatchObject({ connected: 3, applied: 0, share: 0, nodes: 2, allNodes: true });

    await a.report(killed);
    await b.report(killed);
    for (const node of [0, 1])
      await expect
        .poll(() => receipt(node, killed), { timeout: 10_000 })
        .toMatchObject({ connected: 3, applied: 2, slowest: { instance: "c", service: "service-c" } });

    // A report that was overtaken on its way takes nothing back.
    await a.report(before);
    const waiting = wait(1, killed, { clients: 1, timeoutMs: 20_000 });
    await c.report(killed);
    const { status, body } = await waiting;
    expect(status).toBe(200);
    expect(body).toMatchObject({ connected: 3, applied: 3, share: 1, complete: true, regions: { missing: [] } });
    expect(body).not.toHaveProperty("slowest");

    const audit = (await manager(0).call("GET", "audit?limit=200")).body as { items: { action: string }[] };
    expect(audit.items.some((entry) => entry.action === "receipt")).toBe(true);

    c.stream.close();
    await expect
      .poll(() => receipt(0, killed), { timeout: 10_000 })
      .toMatchObject({ connected: 2, applied: 2, share: 1 });
    a.stream.close();
    b.stream.close();
  }, 60_000);

  test("a wait that is not fulfilled in time says so", async () => {
    const client = await ReportingClient.connect("late", 0);
    const changed = await manager(0).toggle("checkout", true);
    const { body } = await wait(0, changed, { clients: 0.99, timeoutMs: 100 });
    expect(body).toMatchObject({ complete: false, applied: 0, slowest: { instance: "late" } });
    client.stream.close();
  });

  test("a change can wait for regions, and a region that does not exist never confirms", async () => {
    const readers = await Promise.all([0, 1].map((node) => ReportingClient.connect(`region-${node}`, node)));
    const changed = await manager(0).toggle("checkout", false);
    expect((await wait(0, changed, { regions: ["eu", "us"], timeoutMs: 20_000 })).body).toMatchObject({
      complete: true,
      regions: { confirmed: ["eu", "us"], missing: [] },
    });
    expect((await wait(0, changed, { regions: 3, timeoutMs: 100 })).body).toMatchObject({ complete: false });
    for (const reader of readers) reader.stream.close();
  }, 60_000);

  test("a purge outranks what clients have and sends them the state whole", async () => {
    const client = await ReportingClient.connect("purged", 1);
    const { epoch: before } = (client.stream.events[0] as { data: Order }).data;
    const { body } = await manager(0).call("POST", `${ENVIRONMENT}/purge`, { reason: "cache poisoned" });
    const purged = body as Order;
    expect(purged.epoch).toBeGreaterThan(before);
    const event = await client.stream.until((each) => each.event === "purge");
    expect(event.id).toBe(`${purged.epoch}-${purged.revision}`);
    expect(event.data).toMatchObject({
      snapshot: { epoch: purged.epoch, flags: [{ key: "checkout" }, { key: "discount" }] },
    });
    await client.report(purged);
    await expect.poll(() => receipt(0, purged), { timeout: 10_000 }).toMatchObject({ connected: 1 });
    expect((await wait(0, purged, { clients: 1, timeoutMs: 20_000 })).body).toMatchObject({
      complete: true,
      applied: 1,
    });
    client.stream.close();
  }, 60_000);
});

describe("the schema handshake", () => {
  test("a node that does not know a client's schemas asks for them once", async () => {
    const client = await ReportingClient.connect("asked", 0);
    const { data } = client.stream.events[0] as { data: Order };
    expect(await client.report(data)).toBe("schemas");
    expect(await client.report(data, { schemas: {} })).toBeNull();
    expect(await client.report(data)).toBeNull();
    client.stream.close();
  });

  test("a value that a live service could not read is refused, names it, and passes with force", async () => {
    const old = await ReportingClient.connect("old", 1);
    await old.report((old.stream.events[0] as { data: Order }).data, { schemas: { discount: schemaHash(narrow) } });
    await manager(0).push([booleanFlag("checkout"), discount(wide)]);
    const state = { on: true, targets: [], rules: [], otherwise: { variant: "huge" } };
    const put = (percent: number, query = ""): Promise<Answer> =>
      manager(0).call(
        "PUT",
        `${ENVIRONMENT}/flags/discount${query}`,
        { state: { ...state, variants: [["huge", { percent }]] } },
        { "if-match": "*" },
      );
    await expect
      .poll(async () => (await manager(0).call("GET", `${ENVIRONMENT}/clients`)).body, { timeout: 10_000 })
      .toMatchObject({
        items: expect.arrayContaining([
          expect.objectContaining({ readers: [expect.objectContaining({ service: "service-old", flags: 1 })] }),
        ]),
      });

    const { body } = await manager(0).call("GET", `${ENVIRONMENT}/clients?schemas=true`);
    const known = body as { readonly items: readonly { readonly readers: readonly object[] }[] };
    expect(known.items.flatMap(({ readers }) => readers)).toContainEqual(
      expect.objectContaining({ service: "service-old", schemas: { discount: schemaHash(narrow) } }),
    );
    // The definition that those hashes stand for, although another one has been pushed since.
    expect(known).toMatchObject({ definitions: [{ key: "discount", value: narrow, schemaHash: schemaHash(narrow) }] });

    const refused = await put(80);
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({
      code: "READERS_BEHIND",
      errors: [{ pointer: "/state/variants/huge", message: expect.stringContaining("service-old 7") }],
    });
    // What the old schema can read is no matter.
    expect((await put(40)).status).toBe(200);
    expect((await put(80, "?force=true")).status).toBe(200);
    // Killing is never refused.
    expect((await manager(0).kill("discount")).revision).toBeGreaterThan(0);
    old.stream.close();
  }, 60_000);

  test("a push whose defaults or variants a live service could not read names it before anything is changed", async () => {
    const old = await ReportingClient.connect("pushed", 1);
    const schemas = { limit: schemaHash({ type: "integer" }), checkout: schemaHash({ type: "boolean" }) };
    await manager(0).push([booleanFlag("checkout"), limit({ type: "integer" }, 5)]);
    await old.report((old.stream.events[0] as { data: Order }).data, { schemas });
    await expect
      .poll(async () => JSON.stringify((await manager(0).call("GET", `${ENVIRONMENT}/clients?schemas=true`)).body), {
        timeout: 10_000,
      })
      .toContain(schemas.limit);
    const bundle = {
      format: 1,
      project: "shop",
      context: { attributes: {} },
      definitions: [booleanFlag("checkout"), limit({ type: "number" }, 5.5)],
      segments: [],
    };
    const push = (query: string): Promise<Answer> =>
      manager(0).call("PUT", `projects/shop/definitions${query}`, bundle);
    const before = (await manager(0).call("GET", "projects/shop/definitions")).body;
    for (const query of ["", "?dryRun=true"]) {
      const refused = await push(query);
      expect(refused.status).toBe(409);
      expect(refused.body).toMatchObject({
        code: "READERS_BEHIND",
        detail: expect.stringContaining("service-pushed 7 could not read a value of limit"),
        errors: [
          {
            pointer: "/definitions/1/variants/other",
            message: expect.stringMatching(/^limit in development, 1 client of service-pushed 7 \(test@1\): /),
          },
        ],
      });
    }
    expect((await manager(0).call("GET", "projects/shop/definitions")).body).toEqual(before);
    // A wider schema harms nobody while every value still fits the old one.
    expect(await manager(0).push([booleanFlag("checkout"), limit({ type: "number" }, 6)])).toMatchObject({
      status: 200,
    });
    expect((await push("?force=true")).body).toMatchObject({ changed: ["limit"] });
    old.stream.close();
  }, 60_000);
});
