import { isNewer, type Order } from "@flagwright/runtime";
import type { Announcement } from "../announcement.ts";
import type { Bus, BusListener } from "../bus.ts";
import { distributeFrom, type Distribution } from "../distribution.ts";
import { manualTiming, type ManualTiming } from "./manual-timing.ts";
import { seeded } from "./random.ts";
import { SimulatedClient } from "./simulated-client.ts";
import { ENVIRONMENT, SimulatedTruth } from "./simulated-truth.ts";

const NODES = 3;
const CLIENTS = 6;
const STEPS = 120;
const HOT = [{ project: "shop", environment: "production", flag: "a" }];
/** Long enough for every timer that heals: retries, checks, heartbeats, slow readers. */
const QUIET_MS = 120_000;

interface Node {
  distribution: Distribution;
  databaseUp: boolean;
  busUp: boolean;
  /** Counts restarts: what an earlier life started must not go on. */
  life: number;
}

export interface History {
  readonly changes: number;
  readonly faults: number;
  /** What went wrong; empty when all is well. */
  readonly violations: readonly string[];
}

/** One run: random changes, kills, purges and faults, then quiet; everybody must agree in the end, and never go back. */
export async function simulate(seed: number): Promise<History> {
  const random = seeded(seed);
  const chance = (probability: number): boolean => random() < probability;
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const timing = manualTiming(random);
  const truth = new SimulatedTruth();
  const violations: string[] = [];
  const fail = (message: string): void => void violations.push(message);
  let [changes, faults, calm] = [0, 0, false];

  const listeners = new Map<number, BusListener>();
  const wait = (ms: number): Promise<void> => new Promise((resolve) => void timing.after(ms, resolve));
  const nodes: Node[] = [];

  function busOf(index: number, life: number): Bus {
    const isUp = (): boolean => nodes[index]?.busUp !== false;
    const send = (to: number, announcement: Announcement): void => {
      // Lost, late, twice: whatever a bus may do.
      if (!calm && chance(0.15)) return;
      const deliver = (): void => {
        if (nodes[to]?.busUp === true) listeners.get(to)?.announced(announcement);
      };
      timing.after(random() * 60, deliver);
      if (!calm && chance(0.1)) timing.after(random() * 2_000, deliver);
    };
    return {
      async publish(_name, announcements) {
        await wait(random() * 5);
        if (!isUp() || nodes[index]?.life !== life) throw new Error("the bus is down");
        for (let to = 0; to < NODES; to++) for (const each of announcements) send(to, each);
      },
      async subscribe(_name, listener) {
        await wait(random() * 5);
        if (nodes[index]?.life === life || nodes[index] === undefined) listeners.set(index, listener);
        return { close: () => void (listeners.get(index) === listener && listeners.delete(index)) };
      },
      remember: async () => {},
      forget: async () => {},
      gossip: async () => {},
      onGossip: () => {},
      status: () => ({ kind: "redis", up: isUp() }),
      close: async () => {},
    };
  }

  function start(index: number, life: number): Distribution {
    const access = async (): Promise<void> => {
      await wait(random() * 20);
      const node = nodes[index];
      if (node !== undefined && (!node.databaseUp || node.life !== life)) throw new Error("the database is away");
    };
    return distributeFrom({
      source: truth.seenBy(access),
      clock: timing,
      timing,
      bus: busOf(index, life),
      logger: { info: () => {}, warn: () => {} },
      config: { nodeId: `node-${index}`, drainMs: 0, hotFlags: HOT },
    });
  }

  for (let index = 0; index < NODES; index++)
    nodes.push({ distribution: start(index, 0), databaseUp: true, busUp: true, life: 0 });
  const clients = Array.from({ length: CLIENTS }, (_, index) => {
    // Of three, one reads any flag, one the hot flag, one another.
    const reads = [undefined, new Set(["a"]), new Set(["b"])][index % 3];
    return new SimulatedClient(`client ${index}`, truth, fail, reads);
  });
  const connecting = new Set<SimulatedClient>();

  const connect = (client: SimulatedClient): void => {
    if (client.connected || connecting.has(client)) return;
    connecting.add(client);
    const node = pick(nodes);
    const { life } = node;
    void node.distribution.channels
      .get(ENVIRONMENT)
      .then((channel) => {
        if (channel !== undefined && node.life === life) client.connect(channel);
      })
      .catch(() => {})
      .finally(() => connecting.delete(client));
  };

  const act = (): void => {
    const kind = random();
    const node = pick(nodes);
    const client = pick(clients);
    const key = pick(["a", "b", "c", "d", "e", "__proto__"]);
    const changed = (): void => {
      changes++;
      // The node that made the change may die before it can say so.
      if (chance(0.9)) node.distribution.wake(ENVIRONMENT);
    };
    if (kind < 0.4) {
      for (let burst = chance(0.1) ? 60 : 1; burst > 0; burst--) truth.change(key, chance(0.5));
      changed();
    } else if (kind < 0.45) {
      truth.remove(key);
      changed();
    } else if (kind < 0.53) {
      truth.kill(key);
      changed();
    } else if (kind < 0.55) {
      truth.purge();
      changed();
    } else {
      faults++;
      if (kind < 0.6) node.busUp = !node.busUp;
      else if (kind < 0.65) node.databaseUp = !node.databaseUp;
      else if (kind < 0.7) restart(node);
      else if (kind < 0.78) client.cut();
      else if (kind < 0.86) client.slow = !client.slow;
      else if (kind < 0.9) client.read();
      else if (kind < 0.95) listeners.get(nodes.indexOf(node))?.lost();
      else connect(client);
    }
  };

  /** As SIGKILL: nothing is said, and everything in memory is gone. */
  const restart = (node: Node): void => {
    const index = nodes.indexOf(node);
    node.life++;
    for (const client of clients) {
      for (const open of node.distribution.channels.all)
        if ([...open.sdk.members].some((member) => client.isMember(member))) client.cut();
    }
    listeners.delete(index);
    node.distribution.channels.close();
    void node.distribution.close().catch(() => {});
    node.distribution = start(index, node.life);
  };

  /** By node and life, where its channel was. */
  const seen = new Map<string, Order>();
  const watch = (): void => {
    for (const [index, node] of nodes.entries())
      for (const { channel } of node.distribution.channels.all) {
        const life = `node ${index}, life ${node.life}`;
        const before = seen.get(life);
        if (before !== undefined && isNewer(before, channel.order)) fail(`${life} went back`);
        seen.set(life, channel.order);
      }
  };

  for (let step = 0; step < STEPS; step++) {
    act();
    watch();
    await pass(timing, random() * (chance(0.1) ? 3_000 : 50));
    for (const client of clients) if (!client.connected && chance(0.3)) connect(client);
  }

  calm = true;
  for (const node of nodes) [node.databaseUp, node.busUp] = [true, true];
  for (const client of clients) client.slow = false;
  for (let waited = 0; waited < QUIET_MS; waited += 1_000) {
    for (const client of clients) {
      client.read();
      connect(client);
    }
    await pass(timing, 1_000);
  }
  const head = `${truth.snapshot.epoch}-${truth.snapshot.revision}`;
  for (const client of clients) {
    const { order, overlays } = client.replica;
    client.check();
    if (!client.connected) fail(`${client.name} is not connected in the end`);
    if (order === undefined || `${order.epoch}-${order.revision}` !== head)
      fail(`${client.name} ends at ${order && `${order.epoch}-${order.revision}`}, the truth at ${head}`);
    if (overlays.length > 0) fail(`${client.name} keeps ${overlays.length} kills that the base has reached`);
  }
  for (const node of nodes) void node.distribution.close().catch(() => {});
  await pass(timing, 5_000);
  return { changes, faults, violations };
}

/** Lets time pass in small steps, with a turn for everything asynchronous after each. */
async function pass(timing: ManualTiming, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += STEP_MS) {
    timing.advance(Math.min(STEP_MS, ms - passed));
    // Promises that depend on promises: a few rounds settle what one timer has set off.
    for (let round = 0; round < 4; round++) await Promise.resolve();
  }
  await new Promise((resolve) => setImmediate(resolve));
}

const STEP_MS = 10;
