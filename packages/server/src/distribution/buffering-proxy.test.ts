import { createClient, type Client, type ClientError } from "@flagwright/runtime/node";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { startNginx, type NginxService } from "../../../../scripts/services/nginx.ts";
import { createServer, type RunningServer } from "../server.ts";
import { booleanFlag, Manager } from "./testing/shop.ts";
import { readStream } from "./testing/sse-reader.ts";

/** Compressing is what makes nginx keep small events: it waits for more to compress, unless told not to buffer. */
const BUFFERING = "proxy_buffering on; gzip on; gzip_types text/event-stream; gzip_min_length 1; gzip_proxied any;";
const DEAF = `${BUFFERING} proxy_ignore_headers X-Accel-Buffering;`;

let server: RunningServer;
let manager: Manager;
let nginx: NginxService;
const cleanups: (() => Promise<void>)[] = [];

beforeAll(async () => {
  server = await createServer({ port: 0, project: "shop", heartbeatMs: 1_000, logLevel: "silent", drainMs: 100 });
  if (server.credentials === undefined) throw new Error("a new server has credentials");
  manager = new Manager(server.url, server.credentials);
  await manager.push([booleanFlag("checkout")]);
  nginx = await startNginx(server.url, BUFFERING);
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});
afterAll(async () => {
  await nginx?.stop();
  await server?.close();
});

interface Seen {
  readonly client: Client;
  readonly errors: ClientError[];
  readonly polls: () => number;
}

/** Waits are a quarter of what they are for others, and there are none between attempts. */
function connect(url: string): Seen {
  let polls = 0;
  const client = createClient({
    url,
    key: manager.serverKey,
    logger: null,
    report: false,
    pollIntervalMs: 1_200,
    readTimeoutMs: 10_000,
    fetch: (address, init) => {
      if (address.endsWith("/ruleset")) polls++;
      return fetch(address, init);
    },
    host: {
      now: () => Date.now(),
      random: () => 0.01,
      after: (ms, task) => {
        const timer = setTimeout(task, ms / 4);
        return () => clearTimeout(timer);
      },
    },
  });
  cleanups.push(() => client.close());
  const errors: ClientError[] = [];
  client.on("error", (error) => errors.push(error));
  return { client, errors, polls: () => polls };
}

const reached = async ({ client }: Seen, at: { readonly epoch: number; readonly revision: number }): Promise<void> =>
  void (await expect
    .poll(() => [client.status.epoch, client.status.revision], { timeout: 8_000, interval: 10 })
    .toEqual([at.epoch, at.revision]));

describe("behind nginx with proxy_buffering on", () => {
  test("events come at once, since the answer asks not to be buffered", async () => {
    const reader = await readStream(`${nginx.url}/sdk/v1/stream`, manager.serverKey);
    await reader.until(({ event }) => event === "snapshot");
    const changed = await manager.toggle("checkout", true);
    await reader.until(({ id }) => id === `${changed.epoch}-${changed.revision}`, 2_000);
    const killed = await manager.kill("checkout");
    await reader.until(({ event }) => event === "kill", 2_000);
    await reader.until(({ id }) => id === `${killed.epoch}-${killed.revision}`, 2_000);
    reader.close();
  });

  test("one that buffers all the same is noticed, named, and polled past; and the stream returns when it is mended", async () => {
    await nginx.reload(DEAF);
    const seen = connect(nginx.url);
    await expect.poll(() => seen.errors.length, { timeout: 10_000 }).toBeGreaterThan(0);
    expect(seen.errors[0]?.help).toContain("switch buffering and compression off");
    await reached(seen, await manager.toggle("checkout", false));
    await reached(seen, await manager.toggle("checkout", true));

    expect(seen.polls()).toBeGreaterThan(1);

    await nginx.reload(BUFFERING);
    await expect
      .poll(
        async () => {
          const before = seen.polls();
          await new Promise((resolve) => setTimeout(resolve, 700));
          return seen.polls() - before;
        },
        { timeout: 10_000 },
      )
      .toBe(0);
    expect(seen.client.status.error).toBeUndefined();
    await reached(seen, await manager.toggle("checkout", false));
  }, 60_000);
});
