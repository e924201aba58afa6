import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Cluster, Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type RedisClusterService, startRedisCluster } from "../../../../scripts/services/redis-cluster.ts";
import { type RedisService, startRedis } from "../../../../scripts/services/redis.ts";
import { systemHost } from "../client/host.ts";
import { bannerFlag, hastyHost, patchOf, snapshotOf } from "../client/testing/flags.ts";
import { Replica } from "../client/replica.ts";
import { compile } from "../evaluation/compile.ts";
import type { Snapshot } from "../snapshot/model.ts";
import { FallbackSource } from "./fallback-source.ts";
import { FileSource } from "./file-source.ts";
import { nodeFetch } from "./node-fetch.ts";
import { PollSource } from "./poll-source.ts";
import { redisSource } from "./redis-source.ts";
import type { Source, SourceEvent } from "./source.ts";
import { staticSource } from "./static-source.ts";
import { startStreamServer } from "./testing/stream-server.ts";
import { StreamSource } from "./stream-source.ts";

/** Where a source reads from, as the contract needs to move it. */
interface Origin {
  readonly source: Source;
  publish(snapshot: Snapshot): Promise<void>;
  /** What the source reads next cannot be read. */
  damage(): Promise<void>;
  close(): Promise<void>;
}

interface Subject {
  readonly name: string;
  readonly make: () => Promise<Origin>;
}

const subjects: readonly Subject[] = [
  { name: "stream", make: () => serverOrigin(streamOf) },
  { name: "poll", make: () => serverOrigin(pollOf) },
  { name: "poll while the stream fails", make: () => serverOrigin(fallbackOf, false) },
  { name: "file", make: fileOrigin },
  { name: "redis", make: () => redisOrigin(new Redis(redis.url)) },
  { name: "redis cluster", make: () => redisOrigin(new Cluster(cluster.masters.map(({ url }) => url))) },
  { name: "static", make: staticOrigin },
];

let redis: RedisService;
let cluster: RedisClusterService;
beforeAll(async () => {
  [redis, cluster] = await Promise.all([startRedis(), startRedisCluster()]);
});
afterAll(() => Promise.all([redis.stop(), cluster.stop()]));

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

describe.each(subjects)("every source: $name", ({ make }) => {
  test("delivers the snapshot that is there when it starts", async () => {
    const { origin, sink, heard } = await begin(make);
    origin.source.start(sink);
    await heard(({ type }, verdict) => type === "snapshot" && verdict === "applied");
    expect(sink.order()).toMatchObject({ epoch: 1, revision: 1 });
  });

  test("may be asked for news and closed at any time, more than once; afterwards it is silent", async () => {
    const { origin, sink, heard, events } = await begin(make);
    origin.source.refresh();
    origin.source.start(sink);
    origin.source.refresh();
    await heard((_event, verdict) => verdict === "applied");
    origin.source.refresh();
    await Promise.all([origin.source.close(), origin.source.close()]);
    const count = events.length;
    origin.source.refresh();
    await origin.publish(snapshotOf(9, []));
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(events.length).toBe(count);
  });

  test("may be closed before anything has come", async () => {
    const { origin, sink } = await begin(make);
    origin.source.start(sink);
    await expect(origin.source.close()).resolves.toBeUndefined();
  });
});

/** A static source has one snapshot, given when it is made. */
describe.each(subjects.filter(({ name }) => name !== "static"))("a source that moves: $name", ({ make }) => {
  test("brings what changes, and never goes back", async () => {
    const { origin, sink, heard } = await begin(make);
    origin.source.start(sink);
    await heard(() => sink.order()?.revision === 1);
    for (const revision of [2, 3]) {
      await origin.publish(snapshotOf(revision, [bannerFlag(`Nummer ${revision}`)]));
      await heard(() => sink.order()?.revision === revision);
    }
    expect(sink.revisions).toEqual([1, 2, 3]);
  });

  test("goes on after data that cannot be read, and keeps what it has until then", async () => {
    const { origin, sink, heard } = await begin(make);
    origin.source.start(sink);
    await heard((_event, verdict) => verdict === "applied");
    await origin.damage();
    await heard((_event, verdict) => verdict === "refused");
    expect(sink.order()).toMatchObject({ revision: 1 });
    await origin.publish(snapshotOf(2, [bannerFlag("heil")]));
    await heard(() => sink.order()?.revision === 2);
  });

  test("starts while there is nothing to read, says so, and delivers when there is", async () => {
    const { origin, sink, heard } = await begin(make);
    await origin.damage();
    origin.source.start(sink);
    await heard(({ type }, verdict) => type === "failed" || verdict === "refused");
    await origin.publish(snapshotOf(4, [bannerFlag("da")]));
    await heard(() => sink.order()?.revision === 4);
    expect(sink.revisions).toEqual([4]);
  });
});

type Heard = (event: SourceEvent, verdict: string) => boolean;

async function begin(make: Subject["make"]) {
  const origin = await make();
  cleanups.push(async () => {
    await origin.source.close();
    await origin.close();
  });
  const replica = new Replica((snapshot) => compile(snapshot));
  const events: { readonly event: SourceEvent; readonly verdict: string }[] = [];
  const waiting = new Set<() => void>();
  const sink = {
    /** What was applied, in order. */
    revisions: [] as (number | undefined)[],
    order: () => replica.order,
    accept: (event: SourceEvent) => {
      const verdict = take(replica, event);
      events.push({ event, verdict });
      if (verdict === "applied") sink.revisions.push(replica.order?.revision);
      for (const look of waiting) look();
      return verdict;
    },
  };
  /** Waits for an event that has come or will come. Each wait starts where the last one ended. */
  let from = 0;
  const heard = (when: Heard): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        const found = events.findIndex(({ event, verdict }, index) => index >= from && when(event, verdict));
        if (found === -1) return;
        from = found;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  return { origin, sink, heard, events };
}

function take(replica: Replica, event: SourceEvent) {
  switch (event.type) {
    case "snapshot":
    case "patch":
    case "kill": {
      let data: unknown;
      try {
        data = typeof event.data === "string" ? JSON.parse(event.data) : event.data;
      } catch {
        return "refused";
      }
      if (event.type === "snapshot") return replica.snapshot(data, event).verdict;
      return event.type === "patch" ? replica.patch(data).verdict : replica.kill(data).verdict;
    }
    default:
      return "unchanged";
  }
}

interface ServerOptions {
  readonly urls: readonly string[];
  readonly key: string;
  readonly instance: string;
  readonly fetch: ReturnType<typeof nodeFetch>["fetch"];
  readonly host: typeof hastyHost;
  readonly maxPayloadBytes: number;
}

function streamOf(options: ServerOptions): Source {
  return new StreamSource(options);
}
function pollOf(options: ServerOptions): Source {
  return new PollSource({ ...options, intervalMs: 1_000 });
}
function fallbackOf(options: ServerOptions): Source {
  return new FallbackSource(streamOf(options), () => pollOf(options));
}

/** A server that streams (unless it refuses to) and answers polls with what was published last. */
async function serverOrigin(sourceOf: (options: ServerOptions) => Source, streams = true): Promise<Origin> {
  const server = await startStreamServer();
  const { fetch, close } = nodeFetch();
  let body = JSON.stringify(snapshotOf(1, [bannerFlag("eins")]));
  let etag = '"1-1"';
  const frame = (): string => `event: snapshot\ndata: ${body}\n\n`;
  server.answers = [
    (response) => {
      if (!streams) return void response.writeHead(503).end();
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(frame());
    },
  ];
  server.ruleset = (response, request) => {
    if (request.headers["if-none-match"] === etag) return void response.writeHead(304).end();
    response.writeHead(200, { "content-type": "application/json", etag }).end(body);
  };
  const move = async (): Promise<void> => {
    for (const response of server.open) if (!response.writableEnded) response.write(frame());
  };
  return {
    source: sourceOf({
      urls: [server.url],
      key: "k",
      instance: "i",
      fetch,
      host: hastyHost,
      maxPayloadBytes: 1_000_000,
    }),
    publish: (snapshot) => {
      body = JSON.stringify(snapshot);
      etag = `"${snapshot.epoch}-${snapshot.revision}"`;
      return move();
    },
    damage: () => {
      body = "{not JSON";
      etag = '"damaged"';
      return move();
    },
    close: async () => {
      await close();
      await server.close();
    },
  };
}

async function fileOrigin(): Promise<Origin> {
  const folder = await mkdtemp(join(tmpdir(), "flagwright-source-"));
  const path = join(folder, "snapshot.json");
  const publish = (snapshot: Snapshot): Promise<void> => writeFile(path, JSON.stringify(snapshot));
  await publish(snapshotOf(1, [bannerFlag("eins")]));
  return {
    source: new FileSource({ path, host: hastyHost, maxPayloadBytes: 1_000_000 }),
    publish,
    damage: () => writeFile(path, '{"format": 1, "organi'),
    close: () => rm(folder, { recursive: true }),
  };
}

/** What a server leaves in Redis: the snapshot in a hash, and an announcement of each change in a stream. */
async function redisOrigin(direct: Redis | Cluster): Promise<Origin> {
  await direct.del("fw:{acme:shop:production}:snapshot", "fw:{acme:shop:production}:stream");
  const write = async (revision: number, data: string, patch: string): Promise<void> => {
    await direct.hset("fw:{acme:shop:production}:snapshot", { epoch: 1, revision, data });
    await direct.xadd("fw:{acme:shop:production}:stream", "*", "event", "patch", "data", patch);
  };
  const publish = ({ flags, revision, ...rest }: Snapshot): Promise<void> =>
    write(
      revision,
      JSON.stringify({ ...rest, revision, flags }),
      JSON.stringify(patchOf(revision - 1, revision, flags)),
    );
  await publish(snapshotOf(1, [bannerFlag("eins")]));
  const place = { organization: "acme", project: "shop", environment: "production" };
  return {
    // In real time, since Redis is; waits are at the short end of their jitter.
    source: redisSource({ client: direct, ...place }, { ...systemHost, random: () => 0.05 }),
    publish,
    damage: () => write(1, "{not JSON", "{not JSON"),
    close: async () => void direct.disconnect(),
  };
}

async function nothing(): Promise<void> {}

async function staticOrigin(): Promise<Origin> {
  return {
    source: staticSource(snapshotOf(1, [bannerFlag("eins")])),
    publish: nothing,
    damage: nothing,
    close: nothing,
  };
}
