import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startRedis, type RedisService } from "../../../../scripts/services/redis.ts";
import { distributeFrom, type Distribution } from "./distribution.ts";
import { redisKeys } from "./redis-keys.ts";
import { SimulatedClient } from "./testing/simulated-client.ts";
import { ENVIRONMENT, SimulatedTruth } from "./testing/simulated-truth.ts";
import { startTcpRelay, type TcpRelay } from "./testing/tcp-relay.ts";

/** Two nodes and their clients, on a real Redis that fails; each fault in turn, with changes before, during and after. */
const STREAM = redisKeys.stream({ organization: "default", project: "shop", environment: "production" });
const CLIENTS_PER_NODE = 3;
const CHECK_MS = 1_500;
const CONVERGE_MS = 12_000;

let redis: RedisService;
let replica: RedisService;
let direct: Redis;
let relay: TcpRelay;
let truth: SimulatedTruth;
let nodes: readonly Distribution[];
let clients: readonly { readonly client: SimulatedClient; readonly node: Distribution }[];
let violations: string[];

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Fault {
  /** As in the guide. */
  readonly name: string;
  readonly strike: () => Promise<void> | void;
  /** Absent: nothing stays broken. */
  readonly mend?: () => Promise<void> | void;
}

const replicate = async (to: "master" | "nobody"): Promise<void> => {
  const connection = new Redis(replica.url);
  const [host, port] = to === "master" ? ["127.0.0.1", redis.port] : ["NO", "ONE"];
  await connection.replicaof(host, port);
  if (to === "master")
    await expect.poll(() => connection.info("replication"), { timeout: 10_000 }).toContain("master_link_status:up");
  connection.disconnect();
};
const leadTo = ({ port }: RedisService): void => {
  relay.target = port;
  relay.cut();
};
const again = async (entries: readonly (readonly [string, readonly string[]])[]): Promise<void> => {
  for (const [, fields] of entries) await direct.xadd(STREAM, "*", ...fields);
};

const faults: readonly Fault[] = [
  { name: "`FLUSHALL`", strike: () => void direct.flushall() },
  {
    name: "the stream is trimmed past a node's place",
    strike: async () => {
      relay.frozen = true;
      relay.cut();
      await change(0);
      await direct.xtrim(STREAM, "MAXLEN", 0);
    },
    mend: () => {
      relay.frozen = false;
      relay.cut();
    },
  },
  { name: "killed and restarted empty", strike: () => redis.kill(), mend: () => redis.start() },
  {
    name: "failover to a stale replica",
    strike: async () => {
      await replicate("master");
      await replicate("nobody");
      await change(0);
      leadTo(replica);
    },
    mend: () => leadTo(redis),
  },
  {
    name: "failover to a replica that is read-only",
    strike: async () => {
      await replicate("master");
      leadTo(replica);
    },
    mend: () => replicate("nobody"),
  },
  {
    name: "ids go back",
    strike: async () => {
      await direct.xadd(STREAM, "99999999999999-0", "event", "nonsense");
      await pause(300);
      await direct.del(STREAM);
    },
  },
  {
    name: "entries come twice",
    strike: async () => {
      const entries = await direct.xrange(STREAM, "-", "+");
      await again(entries);
      await again(entries);
    },
  },
  {
    name: "entries come in another order",
    strike: async () => {
      relay.frozen = true;
      for (let count = 0; count < 4; count++) truth.change("a", count % 2 === 0);
      const entries = truth
        .waitingNow()
        .map(({ event, epoch, revision, data }): [string, string[]] => [
          "",
          ["event", event, "epoch", `${epoch}`, "revision", `${revision}`, "data", data],
        ]);
      await again(entries.toReversed());
    },
    mend: () => {
      relay.frozen = false;
      relay.cut();
    },
  },
  {
    name: "entries that cannot be read",
    strike: async () => {
      await direct.xadd(STREAM, "*", "event", "patch", "epoch", "one", "revision", "2", "data", "{}");
      await direct.xadd(
        STREAM,
        "*",
        "event",
        "patch",
        "epoch",
        "1000",
        "revision",
        "9007199254740991",
        "data",
        "{broken",
      );
    },
  },
  {
    name: "a connection that is open at one end only",
    strike: () => {
      relay.frozen = true;
    },
    mend: () => {
      relay.frozen = false;
    },
  },
  { name: "down", strike: () => redis.kill(), mend: () => redis.start() },
  {
    name: "slow, but in time",
    strike: () => {
      relay.delayMs = 200;
    },
    mend: () => {
      relay.delayMs = 0;
    },
  },
  {
    name: "too slow",
    strike: () => {
      relay.delayMs = 1_500;
    },
    mend: () => {
      relay.delayMs = 0;
    },
  },
  {
    name: "the password is wrong",
    strike: async () => {
      await direct.config("SET", "requirepass", "another");
      relay.cut();
    },
    mend: async () => void (await direct.config("SET", "requirepass", "")),
  },
  {
    name: "out of memory",
    strike: async () => void (await direct.config("SET", "maxmemory", "1")),
    mend: async () => void (await direct.config("SET", "maxmemory", "0")),
  },
];

beforeAll(async () => {
  [redis, replica] = await Promise.all([
    startRedis(["--repl-diskless-sync-delay", "0"]),
    startRedis(["--replica-read-only", "yes"]),
  ]);
});
afterAll(async () => {
  await Promise.all([redis?.stop(), replica?.stop()]);
});

beforeEach(async () => {
  direct = new Redis(redis.url);
  direct.on("error", () => {});
  await direct.flushall();
  relay = await startTcpRelay(redis.port);
  truth = new SimulatedTruth();
  violations = [];
  nodes = [0, 1].map((index) =>
    distributeFrom({
      source: truth.seenBy(async () => {}),
      clock: { now: () => Date.now() },
      logger: { info: () => {}, warn: () => {} },
      config: {
        nodeId: `node-${index}`,
        redisUrl: `redis://127.0.0.1:${relay.port}`,
        checkMs: CHECK_MS,
        drainMs: 0,
        heartbeatMs: 1_000,
      },
    }),
  );
  await up();
  clients = nodes.flatMap((node, index) =>
    Array.from({ length: CLIENTS_PER_NODE }, (_, number) => ({
      client: new SimulatedClient(`client ${number} of node ${index}`, truth, (message) => violations.push(message)),
      node,
    })),
  );
  await connectAll();
});
afterEach(async () => {
  await Promise.all(nodes.map((node) => node.close()));
  await relay.close();
  direct.disconnect();
});

const up = (): Promise<void> =>
  expect
    .poll(() => nodes.map((node) => node.status().bus.problem ?? "up"), { timeout: CONVERGE_MS })
    .toEqual(["up", "up"]);

async function connectAll(): Promise<void> {
  for (const { client, node } of clients) {
    const channel = await node.channels.get(ENVIRONMENT);
    if (channel !== undefined && !client.connected) client.connect(channel);
  }
}

/** Acknowledged when this returns: it is in the database. */
async function change(node: number): Promise<void> {
  truth.change("b", truth.snapshot.revision % 2 === 0);
  nodes[node]?.wake(ENVIRONMENT);
  await pause(5);
}

const head = (): string => `${truth.snapshot.epoch}-${truth.snapshot.revision}`;
const places = (): string[] =>
  clients.map(({ client }) => `${client.replica.order?.epoch}-${client.replica.order?.revision}`);
const converged = (): Promise<void> =>
  expect
    .poll(
      async () => {
        await connectAll();
        return places();
      },
      { timeout: CONVERGE_MS, interval: 20 },
    )
    .toEqual(clients.map(head));

describe("every node converges, no client goes back, and nothing acknowledged is lost", () => {
  test.each(faults)("$name", async ({ strike, mend }) => {
    await change(0);
    await converged();
    await strike();
    for (const kind of ["change", "kill", "change", "purge", "change"]) {
      if (kind === "kill") truth.kill("a");
      if (kind === "purge") truth.purge();
      await change(1);
    }
    // With Redis broken: the database is the truth.
    await converged();
    await mend?.();
    await change(0);
    await converged();
    await up();
    await change(1);
    await converged();
    expect(violations).toEqual([]);
  });

  test("the guide lists each of these faults", () => {
    const guide = readFileSync(fileURLToPath(new URL("../../../../docs/operations/redis.md", import.meta.url)), "utf8");
    const rows = [...guide.matchAll(/^\| (.+?) +\|/gm)].map(([, first]) => first);
    for (const { name } of faults) expect(rows).toContain(name);
  });
});
