import type { Announcement } from "./announcement.ts";
import { Breaker } from "./breaker.ts";
import type { Bus, BusListener, BusStatus } from "./bus.ts";
import { BLOCK_MS, RedisReader, type StreamEntry } from "./redis-reader.ts";
import { parseRedisUrl, REDIS_URL_FORM } from "./redis-address.ts";
import { redisConnections } from "./redis-connections.ts";
import { redisKeys } from "./redis-keys.ts";
import { redisProblem } from "./redis-problem.ts";
import type { Timing } from "./timing.ts";

export interface RedisBusOptions {
  /** As `parseRedisUrl` reads it; anything else throws a TypeError. */
  readonly url: string;
  /** Certificates of the authorities that may have signed that of Redis, as PEM. Default: those of the system. */
  readonly ca?: string;
  readonly timing: Timing;
  /** An entry that is not readable, or a connection that was lost. It heals by itself; operators should know. */
  readonly onTrouble: (message: string) => void;
}

/** Entries kept per environment, about. A node that is further behind reads the database. */
const MAX_ENTRIES = 1_000;
const MAX_GOSSIP = 1_000;
/** Redis answers within milliseconds or is not well. */
const COMMAND_MS = 1_000;

/** Adds all of them in this order, with nothing between: a script is one command, which a cluster redirects as a whole. */
const PUBLISH = `
  for first = 2, #ARGV, 4 do
    redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', 'event', ARGV[first], 'epoch', ARGV[first + 1],
      'revision', ARGV[first + 2], 'data', ARGV[first + 3])
  end
  return 1`;

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
export function createRedisBus({ url, ca, timing, onTrouble }: RedisBusOptions): Bus {
  const address = parseRedisUrl(url);
  // The address may hold a password, so the message does not repeat it.
  if (address === undefined) throw new TypeError(`The address of Redis is not of the form ${REDIS_URL_FORM}.`);
  const connections = redisConnections({
    address,
    ...(ca === undefined ? {} : { ca }),
    timing,
    commandMs: COMMAND_MS,
    silenceMs: BLOCK_MS + 2 * COMMAND_MS,
  });
  const { commands } = connections;
  const breaker = new Breaker(timing);
  const subscriptions = new Map<string, { readonly listeners: Set<BusListener>; readonly ready: Promise<void> }>();
  const listenersOf = (key: string): Iterable<BusListener> => subscriptions.get(key)?.listeners ?? [];
  const gossips = new Set<(message: string) => void>();
  const readers = new Map<string, RedisReader>();
  /** Why a group is not read; groups that are read are missing. */
  const problems = new Map<string, string>();
  let closed = false;

  const onEntry = (key: string, entry: StreamEntry): void => {
    if (key === redisKeys.gossip) {
      for (const listener of gossips) listener(entry.fields.get("message") ?? "");
      return;
    }
    const announcement = announcementOf(entry);
    if (announcement === undefined) onTrouble(`the entry ${entry.id} of ${key} is not readable`);
    for (const listener of listenersOf(key))
      if (announcement === undefined) listener.lost();
      else listener.announced(announcement);
  };

  function add(key: string): Promise<void> {
    const group = connections.groupOf(key);
    const known = readers.get(group);
    if (known !== undefined) return known.add(key);
    // Another environment that is opened does not make a bus that is up look down.
    if (readers.size === 0) problems.set(group, NOT_YET);
    const reader = new RedisReader({
      dial: (signal) => connections.dial(key, signal),
      commands,
      // The streams of a cluster are read one by one, so nobody waits for another reader's read to end.
      ...(group === "" ? { unblock: (clientId: number) => commands.client("UNBLOCK", clientId) } : {}),
      timing,
      onEntry,
      onLost(lost) {
        for (const listener of listenersOf(lost)) listener.lost();
      },
      onState(up, cause) {
        if (up) {
          problems.delete(group);
          return;
        }
        const problem = redisProblem(cause);
        if (problems.get(group) !== problem) onTrouble(problem);
        problems.set(group, problem);
      },
    });
    readers.set(group, reader);
    return reader.add(key);
  }

  function remove(key: string): void {
    const group = connections.groupOf(key);
    const reader = readers.get(group);
    reader?.remove(key);
    if (reader === undefined || reader.size > 0) return;
    readers.delete(group);
    problems.delete(group);
    void reader.close();
  }

  void add(redisKeys.gossip);

  /** Through the breaker. A command that times out may sit on a connection that is half open, so it takes a new one. */
  const run = <T>(call: () => Promise<T>): Promise<T> =>
    breaker.run(async () => {
      try {
        return await call();
      } catch (error) {
        // So may a primary that has become a replica: its name may belong to another by now.
        if (error instanceof Error && /^(Command timed out|READONLY)/.test(error.message)) commands.disconnect(true);
        throw new Error(redisProblem(connections.commandsProblem() ?? error), { cause: error });
      }
    });

  return {
    publish: (name, announcements) =>
      run(async () => {
        const key = redisKeys.stream(name);
        const fields = announcements.flatMap(({ event, epoch, revision, data }) => [event, epoch, revision, data]);
        await commands.eval(PUBLISH, 1, key, MAX_ENTRIES, ...fields);
      }),
    async subscribe(name, listener) {
      const key = redisKeys.stream(name);
      const known = subscriptions.get(key);
      const { listeners, ready } = known ?? { listeners: new Set<BusListener>(), ready: add(key) };
      if (known === undefined) subscriptions.set(key, { listeners, ready });
      listeners.add(listener);
      await ready;
      return {
        close() {
          listeners.delete(listener);
          if (listeners.size > 0 || subscriptions.get(key)?.listeners !== listeners) return;
          subscriptions.delete(key);
          remove(key);
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
    async forget(name) {
      await run(() => commands.del(redisKeys.stream(name), redisKeys.snapshot(name)));
    },
    async gossip(message) {
      await run(() => commands.xadd(redisKeys.gossip, "MAXLEN", "~", MAX_GOSSIP, "*", "message", message));
    },
    onGossip: (listener) => void gossips.add(listener),
    status() {
      if (closed) return { kind: "redis", up: false, problem: "closed" };
      const down = (problem: string): BusStatus => ({ kind: "redis", up: false, problem });
      // What the connection says is nearer to the cause than that commands fail.
      const problem = connections.commandsProblem();
      if (problem !== undefined) return down(redisProblem(problem));
      if (!breaker.closed) return down(breaker.problem);
      const [unread] = problems.values();
      return unread === undefined ? { kind: "redis", up: true } : down(unread);
    },
    async close() {
      closed = true;
      subscriptions.clear();
      gossips.clear();
      await Promise.all([...readers.values()].map((reader) => reader.close()));
      commands.disconnect();
    },
  };
}

const NOT_YET = "not connected yet";

function announcementOf({ fields }: StreamEntry): Announcement | undefined {
  const [event, data] = [fields.get("event"), fields.get("data")];
  const [epoch, revision] = [Number(fields.get("epoch")), Number(fields.get("revision"))];
  if (event !== "patch" && event !== "kill" && event !== "purge") return undefined;
  if (data === undefined || !Number.isSafeInteger(epoch) || !Number.isSafeInteger(revision)) return undefined;
  return { event, epoch, revision, data };
}
