import { Redis } from "ioredis";
import type { Announcement } from "./announcement.ts";
import { Breaker } from "./breaker.ts";
import type { Bus, BusListener } from "./bus.ts";
import { BLOCK_MS, RedisReader, type StreamEntry } from "./redis-reader.ts";
import { redisKeys } from "./redis-keys.ts";
import type { Timing } from "./timing.ts";

export interface RedisBusOptions {
  /** `redis://user:password@host:port/database`, or `rediss://` for TLS. */
  readonly url: string;
  readonly timing: Timing;
  /** An entry that is not readable, or a connection that was lost. It heals by itself; operators should know. */
  readonly onTrouble: (message: string) => void;
}

/** Entries kept per environment, about. A node that is further behind reads the database. */
const MAX_ENTRIES = 1_000;
const MAX_GOSSIP = 1_000;
/** Redis answers within milliseconds or is not well. */
const COMMAND_MS = 1_000;
const CONNECT_MS = 2_000;

/** Replaces the snapshot unless a newer one is there, in one step. */
const REMEMBER = `
  local epoch = tonumber(redis.call('HGET', KEYS[1], 'epoch') or '-1')
  local revision = tonumber(redis.call('HGET', KEYS[1], 'revision') or '-1')
  if epoch > tonumber(ARGV[1]) or (epoch == tonumber(ARGV[1]) and revision >= tonumber(ARGV[2])) then return 0 end
  redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'revision', ARGV[2], 'data', ARGV[3])
  return 1`;

/**
 * The bus between nodes, on Redis Streams: one stream per environment, read by every node (a consumer group would give
 * each entry to one of them). Redis may forget everything at any time.
 */
export function createRedisBus({ url, timing, onTrouble }: RedisBusOptions): Bus {
  const shared = {
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    // One right less to grant; older servers do not know the command.
    disableClientInfo: true,
  } as const;
  const commands = new Redis(url, {
    ...shared,
    commandTimeout: COMMAND_MS,
    retryStrategy: (attempt) => Math.min(2_000, 50 * 2 ** Math.min(attempt, 6)) * (0.5 + timing.random() / 2),
  });
  // The reader connects by itself, and takes a connection that says nothing for longer than a read waits for dead.
  const reading = new Redis(url, { ...shared, retryStrategy: () => null, socketTimeout: BLOCK_MS + 2 * COMMAND_MS });
  const breaker = new Breaker(timing);
  const subscriptions = new Map<string, { readonly listeners: Set<BusListener>; readonly ready: Promise<void> }>();
  const listenersOf = (key: string): Iterable<BusListener> => subscriptions.get(key)?.listeners ?? [];
  const gossips = new Set<(message: string) => void>();
  let readerUp = false;
  let readerProblem = "not connected yet";
  let closed = false;

  for (const connection of [commands, reading]) connection.on("error", () => {});
  commands.connect().catch(() => {});

  const reader = new RedisReader({
    connection: reading,
    commands,
    timing,
    onEntry(key, entry) {
      if (key === redisKeys.gossip) {
        for (const listener of gossips) listener(entry.fields.get("message") ?? "");
        return;
      }
      const announcement = announcementOf(entry);
      if (announcement === undefined) onTrouble(`the entry ${entry.id} of ${key} is not readable`);
      for (const listener of listenersOf(key))
        if (announcement === undefined) listener.lost();
        else listener.announced(announcement);
    },
    onLost(key) {
      for (const listener of listenersOf(key)) listener.lost();
    },
    onState(up, problem) {
      if (up !== readerUp && !up) onTrouble(problem);
      readerUp = up;
      readerProblem = problem;
    },
  });
  void reader.add(redisKeys.gossip);

  /** Through the breaker. A command that times out may sit on a connection that is half open, so it takes a new one. */
  const run = <T>(call: () => Promise<T>): Promise<T> =>
    breaker.run(async () => {
      try {
        return await call();
      } catch (error) {
        if (error instanceof Error && error.message === "Command timed out") commands.disconnect(true);
        throw error;
      }
    });

  return {
    publish: (name, announcements) =>
      run(async () => {
        const key = redisKeys.stream(name);
        // One transaction: all of them in this order, or none.
        const transaction = commands.multi();
        for (const { event, epoch, revision, data } of announcements)
          transaction.xadd(
            key,
            ...(["MAXLEN", "~", MAX_ENTRIES, "*", "event", event, "epoch", epoch, "revision", revision] as const),
            ...(["data", data] as const),
          );
        const results = await transaction.exec();
        if (results === null) throw new Error("Redis discarded the transaction");
        for (const [error] of results) if (error !== null) throw error;
      }),
    async subscribe(name, listener) {
      const key = redisKeys.stream(name);
      const known = subscriptions.get(key);
      const { listeners, ready } = known ?? { listeners: new Set<BusListener>(), ready: reader.add(key) };
      if (known === undefined) subscriptions.set(key, { listeners, ready });
      listeners.add(listener);
      await ready;
      return {
        close() {
          listeners.delete(listener);
          if (listeners.size > 0 || subscriptions.get(key)?.listeners !== listeners) return;
          subscriptions.delete(key);
          reader.remove(key);
        },
      };
    },
    async remember(name, order, json) {
      const key = redisKeys.snapshot(name);
      await run(async () => {
        const [epoch, revision] = await commands.hmget(key, "epoch", "revision");
        const there = { epoch: Number(epoch ?? -1), revision: Number(revision ?? -1) };
        // Asked first: a snapshot can be large, and usually another node has been here.
        if (there.epoch > order.epoch || (there.epoch === order.epoch && there.revision >= order.revision)) return;
        await commands.eval(REMEMBER, 1, key, order.epoch, order.revision, json);
      });
    },
    async gossip(message) {
      await run(() => commands.xadd(redisKeys.gossip, "MAXLEN", "~", MAX_GOSSIP, "*", "message", message));
    },
    onGossip: (listener) => void gossips.add(listener),
    status() {
      if (closed) return { kind: "redis", up: false, problem: "closed" };
      if (!breaker.closed) return { kind: "redis", up: false, problem: breaker.problem };
      return readerUp ? { kind: "redis", up: true } : { kind: "redis", up: false, problem: readerProblem };
    },
    async close() {
      closed = true;
      subscriptions.clear();
      gossips.clear();
      await reader.close();
      commands.disconnect();
    },
  };
}

function announcementOf({ fields }: StreamEntry): Announcement | undefined {
  const [event, data] = [fields.get("event"), fields.get("data")];
  const [epoch, revision] = [Number(fields.get("epoch")), Number(fields.get("revision"))];
  if (event !== "patch" && event !== "kill" && event !== "purge") return undefined;
  if (data === undefined || !Number.isSafeInteger(epoch) || !Number.isSafeInteger(revision)) return undefined;
  return { event, epoch, revision, data };
}
