import { execFile } from "node:child_process";
import { afterEach, describe, expect, test } from "vitest";
import { event, events, startStreamServer, type StreamServer } from "../sources/testing/stream-server.ts";
import {
  banner,
  bannerFlag,
  checkoutFlag,
  discount,
  discountFlag,
  hastyHost,
  newCheckout,
  snapshotOf,
} from "./testing/flags.ts";
import { createClient } from "./node-client.ts";

const servers: StreamServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});
async function serve(...flags: Parameters<typeof snapshotOf>[1]): Promise<StreamServer> {
  const server = await startStreamServer(events(event("snapshot", snapshotOf(3, flags), "1-3")));
  servers.push(server);
  return server;
}

/** Runs a script in a process of its own and gives what it printed, and how it ended. */
function run(script: string): Promise<{ readonly code: number; readonly out: string }> {
  const prelude = `
    import { connect, createClient } from ${JSON.stringify(new URL("../node.ts", import.meta.url).href)};
    import { defineFlag } from ${JSON.stringify(new URL("../codegen/v1/index.ts", import.meta.url).href)};
    const banner = defineFlag({ key: "banner", version: 1, type: "string", hash: "hash-banner", default: "none" });
  `;
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ["--no-warnings", "--input-type=module", "--eval", prelude + script],
      (_error, out) => resolve({ code: child.exitCode ?? -1, out: out.trim() }),
    );
  });
}

describe("scripts and jobs", () => {
  test("connect, read: the process ends by itself, although the stream is open", async () => {
    const { url } = await serve(bannerFlag("da"));
    const script = `await connect({ url: ${JSON.stringify(url)}, key: "k" }); console.log(banner());`;
    expect(await run(script)).toEqual({ code: 0, out: "da" });
  });

  test("connect, read, close: nothing is left, and what was counted has been delivered", async () => {
    const server = await serve(bannerFlag("da"));
    const script = `
      const client = await connect({ url: ${JSON.stringify(server.url)}, key: "k", service: "migration" });
      console.log(banner());
      await client.close();
      console.log(process.getActiveResourcesInfo().filter((name) => /TCP|Timeout/.test(name)).join());
    `;
    expect(await run(script)).toEqual({ code: 0, out: "da" });
    expect(server.reports.at(-1)).toMatchObject({
      sdk: { name: "@flagwright/runtime" },
      service: "migration",
      applied: { epoch: 1, revision: 3 },
      schemas: { banner: "hash-banner" },
      counts: { banner: { text: 1 } },
    });
  });

  test("no server: awaiting connect keeps the process alive until its time is over, and no longer", async () => {
    const server = await serve();
    const { url } = server;
    await servers.pop()?.close();
    const script = `
      const { status } = await connect({ url: ${JSON.stringify(url)}, key: "k", readyTimeoutMs: 200, logger: null });
      console.log(banner(), status.state, status.error.code);
    `;
    expect(await run(script)).toEqual({ code: 0, out: "none connecting NETWORK" });
  });

  test("a wrong address or a missing key is an error at once, and says what to pass", () => {
    expect(() => createClient({ url: "localhost", key: "k" })).toThrow("http://127.0.0.1:4400");
    expect(() => createClient({ url: [], key: "k" })).toThrow("url");
    expect(() => createClient({ url: "http://127.0.0.1:1", key: "" })).toThrow("fw_server_");
  });
});

describe("reports", () => {
  test("say what was applied, which schemas the code has, how often which variant was served, and drift", async () => {
    const server = await serve(checkoutFlag(true), bannerFlag("da"), discountFlag("many", { schemaHash: "another" }));
    const client = createClient({ url: server.url, key: "k", service: "shop", host: hastyHost, logger: null });
    await client.ready;
    for (let index = 0; index < 1000; index++) client.get(newCheckout, { targetingKey: `u${index}` });
    client.get(banner);
    client.details(discount);
    await client.close();
    const reports = server.reports as {
      readonly instance: string;
      readonly schemas?: Record<string, string>;
      readonly counts?: Record<string, Record<string, number>>;
      readonly drift?: readonly object[];
    }[];
    const counted = (key: string, variant: string): number =>
      reports.reduce((sum, { counts }) => sum + (counts?.[key]?.[variant] ?? 0), 0);
    expect([counted("new-checkout", "on"), counted("banner", "text"), counted("discount", "some")]).toEqual([
      1000, 1, 1,
    ]);
    expect(reports[0]?.schemas).toMatchObject({ "new-checkout": "hash-boolean", discount: "hash-discount" });
    expect(reports.flatMap(({ drift = [] }) => drift)).toMatchObject([
      { flag: "discount", variant: "some", expected: "hash-discount", actual: "another" },
    ]);
    const stream = server.requests.find(({ url }) => url === "/sdk/v1/stream");
    expect(new Set(reports.map(({ instance }) => instance))).toEqual(new Set([stream?.headers["flagwright-instance"]]));
  });

  test("what could not be delivered is delivered later, and counted once", async () => {
    const server = await serve(bannerFlag("da"));
    let refuse = true;
    let refused = 0;
    const client = createClient({
      url: server.url,
      key: "k",
      host: hastyHost,
      logger: null,
      fetch: async (url, init) => {
        if (refuse && url.endsWith("/report")) {
          refused++;
          throw new Error("gone");
        }
        return fetch(url, init);
      },
    });
    await client.ready;
    client.get(banner);
    await expect.poll(() => refused).toBeGreaterThan(0);
    refuse = false;
    client.get(banner);
    await client.close();
    expect(server.reports).toHaveLength(1);
    expect(server.reports[0]).toMatchObject({ counts: { banner: { text: 2 } } });
  });
});
