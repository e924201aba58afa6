import { randomUUID } from "node:crypto";
import type { FastifyPluginAsync } from "fastify";
import type { Access } from "../access/access.ts";
import { admit, Admission } from "./admission.ts";
import type { Announcement } from "./announcement.ts";
import type { Bus, BusStatus } from "./bus.ts";
import type { ChangeSource } from "./change-source.ts";
import { Channels } from "./channels.ts";
import type { ReaderGroup } from "./cluster-view.ts";
import { defaults, type DistributionConfig } from "./config.ts";
import { sendAway } from "./drain.ts";
import { Cluster } from "./cluster.ts";
import { createInProcessBus } from "./in-process-bus.ts";
import { createRedisBus } from "./redis-bus.ts";
import { SnapshotKeeper } from "./snapshot-keeper.ts";
import { LiveClients } from "./live-clients.ts";
import { Principals } from "./principals.ts";
import { Relay } from "./relay.ts";
import { sdkRoutes } from "./sdk-routes.ts";
import { systemTiming, type Timing } from "./timing.ts";

export interface DistributionOptions {
  readonly source: ChangeSource;
  readonly clock: { now(): number };
  readonly logger: Logger;
  readonly config?: DistributionConfig;
  /** Default: this node is alone. */
  readonly bus?: Bus;
  /** Default: the system's timers. */
  readonly timing?: Timing;
}

/** The part of pino's logger that is used. */
export interface Logger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface DistributionStatus {
  readonly nodeId: string;
  readonly region: string;
  readonly bus: BusStatus;
  readonly streams: number;
  readonly maxStreams: number;
  readonly environments: number;
  readonly draining: boolean;
  readonly counters: Readonly<Record<Counted, number>>;
  /** Milliseconds from change to relay of the last 1,000 changes, ascending. */
  readonly relayDelaysMs: readonly number[];
}

export type Counted =
  | "relayed"
  | "gaps"
  | "refused"
  | "unread"
  | "slowReaders"
  | "relayFailures"
  | "busLosses"
  | "reports"
  | "driftReports"
  | "streamsRefusedFull"
  | "streamsRefusedRate"
  | "streamsRefusedDraining"
  | "keysClosed";

export interface Distribution {
  /** A change of this environment has been committed. Returns at once. */
  wake(environmentId: string): void;
  /** An environment has been deleted: its streams end, here and at the other nodes, and the bus forgets it. Returns at once. */
  environmentDeleted(environmentId: string): void;
  /** Tells every node's clients of something that is in no outbox; at least this node's. Returns at once. */
  announce(environmentId: string, announcements: readonly Announcement[]): void;
  /** Mounts `/ruleset`, `/stream` and `/report`; register it with the prefix `/sdk/v1`. */
  readonly routes: FastifyPluginAsync;
  readonly channels: Channels;
  readonly timing: Timing;
  /** Who reads what, at all nodes. */
  readonly cluster: Cluster;
  /** The builds that live clients of this environment run, at all nodes. */
  readers(environmentId: string): readonly ReaderGroup[];
  /** Throws 503 when this node takes no further stream. One that was let in is given back with `release`. */
  letIn(): void;
  release(): void;
  /** The one memory of keys, for every route of this node that must answer while the database is away. */
  principalsOf(access: Access): Principals;
  /** Streams of this key end, on this node and the others. */
  keyRevoked(keyId: string): void;
  status(): DistributionStatus;
  /** Sends every client away with a `goodbye`, spread over `drainMs`, and stops everything. */
  close(): Promise<void>;
}

const REMEMBERED_DELAYS = 1_000;
/** A key that was revoked elsewhere, or has expired, ends its streams at the latest after this. */
const KEY_CHECK_MS = 10_000;

export function distributeFrom(options: DistributionOptions): Distribution {
  const { source, logger } = options;
  const config = { ...defaults, ...options.config };
  const timing = options.timing ?? systemTiming(options.clock);
  const bus = options.bus ?? openBus(config, timing, logger);
  const nodeId = config.nodeId ?? randomUUID();
  const counters: Record<Counted, number> = {
    relayed: 0,
    gaps: 0,
    refused: 0,
    unread: 0,
    slowReaders: 0,
    relayFailures: 0,
    busLosses: 0,
    reports: 0,
    driftReports: 0,
    streamsRefusedFull: 0,
    streamsRefusedRate: 0,
    streamsRefusedDraining: 0,
    keysClosed: 0,
  };
  const delays: number[] = [];
  const clients = new Map<string, LiveClients>();
  let draining = false;
  let access: Access | undefined;
  let principals: Principals | undefined;
  const principalsOf = (given: Access): Principals => {
    access = given;
    return (principals ??= new Principals(given, timing));
  };
  let closing: Promise<void> | undefined;

  const admission = new Admission({ ...config, timing });
  const channels = new Channels({
    ...config,
    source,
    bus,
    timing,
    onTrouble: (what, environmentId, message) => {
      counters[what === "gap" ? "gaps" : what]++;
      if (what !== "gap") logger.warn({ environmentId, problem: message }, `announcement ${what}`);
    },
    onMoved: () => cluster.touch(),
    onSlowReader: () => void counters.slowReaders++,
    onGone({ channel: { environmentId, name } }) {
      clients.delete(environmentId);
      keeper.forget(environmentId);
      relay.forget(environmentId);
      // What is left expires with Redis itself: nobody reads it, and a new environment of this name has a newer epoch.
      bus.forget(name).catch((error: unknown) => logger.warn({ problem: String(error) }, "the bus keeps what is gone"));
    },
    onLost: (environmentId) => {
      counters.busLosses++;
      keeper.touch(environmentId);
    },
  });
  const keeper: SnapshotKeeper = new SnapshotKeeper(bus, channels, timing);
  const relay = new Relay({
    source,
    bus,
    timing,
    deliver: (environmentId, announcements) => channels.deliver(environmentId, announcements),
    catchUp: (environmentId) => void channels.peek(environmentId)?.channel.heal(),
    onRelayed: (environmentId, waitedMs) => {
      counters.relayed++;
      keeper.touch(environmentId);
      delays.push(waitedMs);
      if (delays.length > REMEMBERED_DELAYS) delays.shift();
    },
    onTrouble: (message) => {
      counters.relayFailures++;
      logger.warn({ problem: message }, "the outbox could not be relayed; it will be tried again");
    },
  });

  const cluster: Cluster = new Cluster({
    node: nodeId,
    region: config.region,
    bus,
    timing,
    environments: () => [...channels.all].map(({ channel }) => channel.environmentId),
    own: (environmentId) => {
      const open = channels.peek(environmentId);
      return open === undefined ? undefined : clientsOf(environmentId).view(open.channel.order);
    },
    // Clients that a hot flag did not wake are brought along, so that they can report.
    onAsked: (environmentId) => channels.peek(environmentId)?.sdk.announce("soon", "all"),
  });

  function clientsOf(environmentId: string): LiveClients {
    const known = clients.get(environmentId);
    if (known !== undefined) return known;
    const created = new LiveClients(timing);
    clients.set(environmentId, created);
    return created;
  }

  function closeKey(keyId: string): void {
    access?.forget(keyId);
    principals?.forget(keyId);
    for (const { sdk, ofrep } of channels.all)
      for (const fanOut of [sdk, ofrep])
        for (const member of fanOut.members)
          if (member.keyId === keyId) {
            counters.keysClosed++;
            fanOut.leave(member);
            member.connection.end();
          }
  }

  bus.onGossip((message) => {
    const [, what, id] = /^(key-revoked|environment-gone) (\S+)$/.exec(message) ?? [];
    if (id === undefined) return;
    if (what === "key-revoked") closeKey(id);
    else channels.remove(id);
  });

  let cancelKeyCheck: (() => void) | undefined;
  const checkKeysLater = (): void => {
    cancelKeyCheck = timing.after(KEY_CHECK_MS * (0.75 + timing.random() / 2), () => {
      const ids = new Set<string>();
      for (const { sdk, ofrep } of channels.all)
        for (const fanOut of [sdk, ofrep]) for (const { keyId } of fanOut.members) ids.add(keyId);
      void (access?.closedAmong([...ids]) ?? Promise.resolve([]))
        .then((closed) => closed.forEach(closeKey))
        .catch((error: unknown) => logger.warn({ problem: String(error) }, "keys could not be checked"))
        .finally(() => {
          if (closing === undefined) checkKeysLater();
        });
    });
  };

  channels.start();
  cluster.start();
  relay.start();
  checkKeysLater();

  const onRefused = (reason: "full" | "rate" | "draining"): void => {
    const counter = {
      full: "streamsRefusedFull",
      rate: "streamsRefusedRate",
      draining: "streamsRefusedDraining",
    } as const;
    counters[counter[reason]]++;
  };
  const letIn = (): void => admit({ admission, draining: () => draining, onRefused });
  const plugin = sdkRoutes({
    letIn,
    channels,
    release: () => admission.release(),
    heartbeatMs: config.heartbeatMs,
    principalsOf,
    onReport: (environmentId, keyId, address, report) => {
      counters.reports++;
      counters.driftReports += report.drift?.length ?? 0;
      const schemasUnknown = clientsOf(environmentId).report(report.instance ?? `${keyId} ${address}`, report);
      cluster.touch();
      return schemasUnknown;
    },
    onConnected: (environmentId, instance) => clientsOf(environmentId).connected(instance),
    // Those of a deleted environment are forgotten before their connections end.
    onDisconnected: (environmentId, instance) => clients.get(environmentId)?.disconnected(instance),
  });

  return {
    wake: (environmentId) => relay.wake(environmentId),
    environmentDeleted(environmentId) {
      channels.remove(environmentId);
      void bus.gossip(`environment-gone ${environmentId}`).catch(() => {});
    },
    announce(environmentId, announcements) {
      channels.deliver(environmentId, announcements);
      const snapshot = channels.peek(environmentId)?.channel.state.snapshot;
      if (snapshot === undefined) return;
      bus
        .publish(snapshot, announcements)
        .catch((error: unknown) => logger.warn({ problem: String(error) }, "the other nodes could not be told"));
    },
    routes: async (app, pluginOptions) => {
      await plugin(app, pluginOptions);
    },
    channels,
    timing,
    cluster,
    readers: (environmentId) => cluster.of(environmentId).flatMap(({ view }) => view?.readers ?? []),
    letIn,
    release: () => admission.release(),
    principalsOf,
    keyRevoked(keyId) {
      closeKey(keyId);
      void bus.gossip(`key-revoked ${keyId}`).catch(() => {});
    },
    status: () => ({
      nodeId,
      region: config.region,
      bus: bus.status(),
      streams: admission.open,
      maxStreams: config.maxStreams,
      environments: [...channels.all].length,
      draining,
      counters: { ...counters },
      relayDelaysMs: delays.toSorted((a, b) => a - b),
    }),
    close() {
      closing ??= (async () => {
        draining = true;
        cancelKeyCheck?.();
        await relay.close();
        keeper.close();
        cluster.close();
        sendAway(channels, timing);
        await emptied(admission, config.drainMs, timing);
        channels.close();
        await bus.close();
      })();
      return closing;
    },
  };
}

/** Streams that have not ended in good order by then are left to whoever closes the listener. */
async function emptied(admission: Admission, withinMs: number, timing: Timing): Promise<void> {
  const until = timing.now() + withinMs;
  while (admission.open > 0 && timing.now() < until)
    await new Promise<void>((resolve) => void timing.after(20, resolve));
}

function openBus({ redisUrl, redisCa }: DistributionConfig, timing: Timing, logger: Logger): Bus {
  if (redisUrl === undefined) return createInProcessBus();
  const onTrouble = (problem: string): void => logger.warn({ problem }, "Redis: the database is read instead");
  return createRedisBus({ url: redisUrl, timing, onTrouble, ...(redisCa === undefined ? {} : { ca: redisCa }) });
}
