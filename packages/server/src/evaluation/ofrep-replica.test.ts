import { afterAll, beforeAll, expect, test } from "vitest";
import { startRedis, type RedisService } from "../../../../scripts/services/redis.ts";
import { booleanFlag, Manager } from "../distribution/testing/shop.ts";
import { createServer, type RunningServer } from "../server.ts";
import { startPostgres, type PostgresService } from "../storage/testing/postgres.ts";

/** Two nodes; the second hears nothing of the first once Redis stands still. */
let postgres: PostgresService;
let redis: RedisService;
let nodes: readonly RunningServer[];
let manager: Manager;

beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  const databaseUrl = await postgres.newDatabase();
  const shared = {
    databaseUrl,
    redisUrl: redis.url,
    port: 0,
    project: "shop",
    drainMs: 200,
    maxEventLoopDelayMs: 0,
    logLevel: "silent",
  } as const;
  const first = await createServer(shared);
  nodes = [first, await createServer(shared)];
  if (first.credentials === undefined) throw new Error("a new server has credentials");
  manager = new Manager(first.url, first.credentials);
  await manager.push([booleanFlag("checkout", { visibility: "client" })]);
}, 120_000);
afterAll(async () => {
  redis.resume();
  await postgres.start();
  await Promise.all(nodes.map((node) => node.close()));
  await Promise.all([postgres.stop(), redis.stop()]);
});

/** Asks the second node, as a browser does that was told of `heardOf` and holds the answer with `tag`. */
async function refetch(heardOf: string, tag: string) {
  const answer = await fetch(`${nodes[1]?.url}/ofrep/v1/evaluate/flags?flagConfigEtag=${heardOf}`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${manager.clientKey}`,
      "content-type": "application/json",
      ...(tag === "" ? {} : { "if-none-match": tag }),
    },
    body: '{"context":{"targetingKey":"u"}}',
  });
  const body = answer.status === 304 ? undefined : ((await answer.json()) as { metadata: { version: string } });
  return { status: answer.status, tag: answer.headers.get("etag") ?? "", version: body?.metadata.version };
}
const changed = async (on: boolean): Promise<string> => {
  const { epoch, revision } = await manager.toggle("checkout", on);
  return `${epoch}-${revision}`;
};

test("a node that lags never answers 304 to who has heard of a newer configuration: it reads it, or says what it has", async () => {
  const known = await changed(true);
  const held = await refetch(known, "");
  expect(held).toMatchObject({ status: 200, version: known });
  expect(await refetch(known, held.tag)).toMatchObject({ status: 304 });

  redis.pause();
  const newer = await changed(false);
  const read = await refetch(newer, held.tag);
  expect(read).toMatchObject({ status: 200, version: newer });

  const newest = await changed(true);
  await postgres.kill();
  // The answer that it has is confirmed to nobody who knows that there is another.
  expect(await refetch(newest, read.tag)).toMatchObject({ status: 200, version: newer });
  expect(await refetch(newer, read.tag)).toMatchObject({ status: 304 });
}, 60_000);
