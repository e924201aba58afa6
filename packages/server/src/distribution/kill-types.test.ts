import {
  schemaHash,
  type DefinitionBundle,
  type FlagDefinition,
  type FlagState,
  type JsonSchema,
} from "@flagwright/schema";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { startRedis, type RedisService } from "../../../../scripts/services/redis.ts";
import { createServer, type RunningServer } from "../server.ts";
import { startPostgres, type PostgresService } from "../storage/testing/postgres.ts";
import { booleanFlag, Manager, type Answer } from "./testing/shop.ts";
import { readStream } from "./testing/sse-reader.ts";

/** The kill switch must not meet a path that nobody has tried: every sort of flag, in every state, in every outage. */
const typed = (
  key: string,
  type: FlagDefinition["type"],
  value: JsonSchema,
  safe: unknown,
  other: unknown,
  more: Partial<FlagDefinition> = {},
) =>
  booleanFlag(key, {
    type,
    value,
    schemaHash: schemaHash(value),
    default: safe,
    variants: [["other", other]],
    ...more,
  } as Partial<FlagDefinition>);

const bucketed = { bucketBy: "targetingKey", context: { required: ["targetingKey"], optional: [] } } as const;
const definitions: readonly FlagDefinition[] = [
  booleanFlag("boolean"),
  typed("string", "string", { type: "string" }, "safe", "other"),
  typed("number", "number", { type: "number" }, 0.5, 1.5),
  typed("integer", "integer", { type: "integer" }, 1, 2),
  typed("enum", "string", { enum: ["a", "b"] }, "a", "b"),
  typed("object", "object", { type: "object" }, {}, { deep: { er: [1, null] } }),
  typed("array", "array", { type: "array" }, [], [1, "two"]),
  typed("nullable", "any", { type: ["string", "null"] }, null, "x"),
  typed("mixed", "any", { enum: [null, 1, "x"] }, null, "x"),
  booleanFlag("second", { version: 2 }),
  booleanFlag("deprecated", { lifecycle: { status: "deprecated", reason: "old", sunset: "2026-02-01" } }),
  booleanFlag("sunset", { lifecycle: { status: "sunset", reason: "gone" } }),
  booleanFlag("ended", { kind: "experiment", expires: "2026-02-01", autoOff: "2026-02-01T00:00:00.000Z" }),
  booleanFlag("sensitive", { sensitive: true }),
  booleanFlag("renamed", { salt: "former", renamedFrom: "former" }),
  typed("client", "string", { type: "string" }, "safe", "other", { visibility: "client" }),
  booleanFlag("targeted", bucketed),
  booleanFlag("split", bucketed),
  booleanFlag("grouped", bucketed),
  booleanFlag("parent"),
  booleanFlag("child", { requires: [{ flag: "parent", is: "on" }] }),
];
const bundle: DefinitionBundle = {
  format: 1,
  project: "shop",
  context: { attributes: {} },
  definitions: [...definitions, booleanFlag("second")],
  segments: ["insiders"],
};
const everybody = { otherwise: { variant: "on" }, on: true, variants: [], targets: [], rules: [] } as const;
/** States besides on and off, for the flags that can have them. */
const states: Readonly<Record<string, FlagState>> = {
  targeted: {
    ...everybody,
    off: "off",
    targets: [{ match: [["targetingKey", ["u"]]], serve: { variant: "on" } }],
    rules: [{ id: "insiders", when: { segment: "insiders" }, serve: { variant: "on" }, onMiss: "stop" }],
    activeFrom: "2026-01-01T00:00:00.000Z",
  },
  split: {
    ...everybody,
    otherwise: {
      split: {
        by: ["targetingKey"],
        algorithm: "murmur3",
        ranges: [["on", 0, 100_000]],
        ramp: { steps: [["2026-01-01T00:00:00.000Z", 100_000]] },
      },
    },
  },
  // One of several that share out the same people.
  grouped: {
    ...everybody,
    rules: [
      {
        id: "group",
        when: { bucket: { by: ["targetingKey"], salt: "checkout-experiments", from: 0, to: 100_000 } },
        serve: { variant: "on" },
        onMiss: "stop",
      },
    ],
  },
};
const wireKeyOf = ({ key, version }: FlagDefinition): string => (version === 1 ? key : `${key}@${version}`);
const cases = definitions.map((each) => [wireKeyOf(each), each] as const);

let postgres: PostgresService;
let redis: RedisService;
beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
}, 120_000);
afterAll(() => Promise.all([postgres.stop(), redis.stop()]));

interface Order {
  readonly epoch: number;
  readonly revision: number;
}

function good({ status, body }: Answer): void {
  if (status !== 200) throw new Error(JSON.stringify(body));
}

/** One server with every flag, and what a test asks of it. */
class World {
  readonly server: RunningServer;
  readonly manager: Manager;

  constructor(server: RunningServer) {
    if (server.credentials === undefined) throw new Error("a new server has credentials");
    this.server = server;
    this.manager = new Manager(server.url, server.credentials);
  }

  static async open(options: { readonly databaseUrl?: string; readonly redisUrl?: string }): Promise<World> {
    const server = await createServer({
      port: 0,
      project: "shop",
      drainMs: 500,
      maxEventLoopDelayMs: 0,
      logLevel: "silent",
      ...options,
    });
    const world = new World(server);
    good(await world.manager.call("PUT", "projects/shop/definitions", bundle));
    for (const [key, state] of Object.entries(states)) good(await world.flag("PUT", key, "", { state }));
    return world;
  }

  flag(method: string, key: string, action: string, body: unknown): Promise<Answer> {
    const path = `projects/shop/environments/development/flags/${encodeURIComponent(key)}${action}`;
    return this.manager.call(method, path, body, method === "PUT" ? { "if-match": "*" } : {});
  }

  async evaluated(key: string, as: string = this.manager.serverKey): Promise<{ readonly value?: unknown }> {
    const answer = await fetch(`${this.server.url}/ofrep/v1/evaluate/flags/${encodeURIComponent(key)}`, {
      method: "POST",
      headers: { authorization: `Bearer ${as}`, "content-type": "application/json" },
      body: '{"context":{"targetingKey":"u"}}',
    });
    return (await answer.json()) as { readonly value?: unknown };
  }
}

describe.each(["on the embedded database", "with Redis down"])("%s a kill", (where) => {
  let world: World;
  beforeAll(async () => {
    if (where !== "with Redis down") world = await World.open({});
    else {
      world = await World.open({ databaseUrl: await postgres.newDatabase(), redisUrl: redis.url });
      await redis.kill();
    }
  }, 60_000);
  afterAll(() => world.server.close());

  test.each(cases)("of %s serves the default at once, in every state, and lifts cleanly", async (key, definition) => {
    const { manager, server } = world;
    for (const on of [false, true]) {
      const reader = await readStream(`${server.url}/sdk/v1/stream`, manager.serverKey);
      const arrived = ({ epoch, revision }: Order) =>
        reader.until(({ id }) => {
          const at = (id ?? "").split("-").map(Number);
          return at[0] === epoch && (at[1] ?? 0) >= revision;
        });
      await arrived(await manager.toggle(key, on));
      const before = await world.evaluated(key);
      const order = await manager.kill(key, "test");
      const kill = await reader.until(
        ({ event, data }) => event === "kill" && (data as Order).revision === order.revision,
      );
      expect(kill.data).toMatchObject({ epoch: order.epoch, flag: key, killed: { reason: "test" } });
      await arrived(order);
      expect(await world.evaluated(key)).toMatchObject({ value: definition.default, reason: "DISABLED" });
      expect((await world.flag("POST", key, "/lift", {})).status).toBe(200);
      await expect.poll(() => world.evaluated(key)).toEqual(before);
      reader.close();
    }
  });

  test("of a flag that others require takes them with it, and gives them back", async () => {
    const { manager } = world;
    await manager.toggle("parent", true);
    await world.flag("PUT", "parent", "", { state: everybody });
    await world.flag("PUT", "child", "", { state: everybody });
    await expect.poll(() => world.evaluated("child")).toMatchObject({ value: true });
    await manager.kill("parent");
    await expect.poll(() => world.evaluated("child")).toMatchObject({ value: false });
    await world.flag("POST", "parent", "/lift", {});
    await expect.poll(() => world.evaluated("child")).toMatchObject({ value: true });
  });

  test("of a client-visible flag reaches who asks with a client key, and tells browsers to ask again", async () => {
    const { manager, server } = world;
    await world.flag("PUT", "client", "", { state: { ...everybody, otherwise: { variant: "other" } } });
    const reader = await readStream(`${server.url}/ofrep/v1/stream?key=${manager.clientKey}`, "");
    await expect.poll(() => world.evaluated("client", manager.clientKey)).toMatchObject({ value: "other" });
    await manager.kill("client");
    await reader.until((event) => (event.data as { type?: string }).type === "refetchEvaluation");
    await expect
      .poll(() => world.evaluated("client", manager.clientKey))
      .toMatchObject({ value: "safe", reason: "DISABLED" });
    await world.flag("POST", "client", "/lift", {});
    reader.close();
  });

  test("of all versions takes every one, of one version that one", async () => {
    const { manager } = world;
    await manager.kill("second@1");
    await expect.poll(() => world.evaluated("second")).toMatchObject({ reason: "DISABLED" });
    expect((await world.flag("POST", "second", "/kill", { reason: "all" })).body).toMatchObject({
      flags: ["second", "second@2"],
      changed: ["second@2"],
    });
    expect((await world.flag("POST", "second", "/lift", {})).body).toMatchObject({ changed: ["second", "second@2"] });
  });
});

describe("with PostgreSQL read-only a kill", () => {
  let world: World;
  let databaseUrl: string;
  beforeAll(async () => {
    databaseUrl = await postgres.newDatabase();
    world = await World.open({ databaseUrl });
    for (const [key] of cases)
      await world.flag("PUT", key, "", { state: states[key] ?? { ...everybody, otherwise: { default: true } } });
    await world.evaluated("boolean");
    await readOnly("on");
    // The first to use a connection that was ended hears of that.
    await vi.waitFor(async () =>
      expect((await world.manager.call("POST", "projects/shop/environments", { key: "qa" })).body).toMatchObject({
        code: "DATABASE_READ_ONLY",
      }),
    );
  }, 60_000);
  afterAll(() => world.server.close());

  test.each(cases)("of %s is refused, and behind broken glass serves the default at once", async (key, definition) => {
    const refused = await world.flag("POST", key, "/kill", { reason: "fire" });
    expect(refused).toMatchObject({ status: 503, body: { code: "DATABASE_READ_ONLY" } });
    const exact = key.includes("@") ? key : `${key}@1`;
    const killed = await world.flag("POST", exact, "/kill?breakGlass=true", { reason: "fire" });
    expect(killed).toMatchObject({ status: 202, body: { flags: [key], provisional: true } });
    expect(await world.evaluated(key)).toMatchObject({ value: definition.default, reason: "DISABLED" });
  });

  test("is stored for every flag when the database takes changes again", async () => {
    await readOnly("off");
    for (const [key] of cases)
      await expect
        .poll(async () => (await world.flag("GET", key, "", undefined)).body, { timeout: 20_000 })
        .toMatchObject({ killed: { reason: "fire" } });
    expect((await world.manager.call("GET", "audit/verify")).body).toMatchObject({ valid: true });
  });

  async function readOnly(value: "on" | "off"): Promise<void> {
    const name = new URL(databaseUrl).pathname.slice(1);
    await postgres.run(
      databaseUrl,
      "set default_transaction_read_only = off",
      `alter database ${name} set default_transaction_read_only = ${value}`,
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}' and pid <> pg_backend_pid()`,
    );
  }
});
