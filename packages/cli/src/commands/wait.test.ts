import { join } from "node:path";
import { createClient } from "@flagwright/runtime/node";
import { createServer, type RunningServer } from "@flagwright/server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { flagwright, temporaryFolder, type Surroundings } from "../testing/run-cli.ts";
import { shop } from "../testing/shop.ts";

let server: RunningServer;
let folder: ReturnType<typeof temporaryFolder>;
const run = (argv: readonly string[], surroundings: Surroundings = {}) =>
  flagwright(argv, { cwd: folder.path, ...surroundings });

beforeAll(async () => {
  folder = temporaryFolder(shop);
  const credentialsFile = join(folder.path, ".flagwright/credentials.json");
  server = await createServer({ port: 0, project: "shop", logLevel: "silent", credentialsFile });
  expect(await run(["push"])).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await server.close();
  folder[Symbol.dispose]();
});

async function connected(environment: string) {
  const key = server.credentials?.serverKeys[environment] ?? "";
  const client = createClient({ url: server.url, key, service: "checkout" });
  await client.ready;
  return { client, [Symbol.asyncDispose]: () => client.close() };
}

describe("--wait", () => {
  test("ends when the connected clients have applied the kill, with the receipt", async () => {
    await using reader = await connected("development");
    const killed = await run(["kill", "discount", "-r", "wrong prices", "--wait", "100%"]);
    expect(killed.code).toBe(0);
    expect(killed.stdout).toMatch(/✓ 100 % have applied it after \d+\.\d\d s \(1 of 1 client\)/);
    expect(reader.client.status).toBeDefined();

    const lifted = await run(["lift", "discount", "--wait", "--json"]);
    expect(lifted.json()).toMatchObject({ killed: null, receipt: { connected: 1, applied: 1, share: 1 } });

    const purged = await run(["purge", "-r", "drill", "-w"]);
    expect(purged.code).toBe(0);
    expect(purged.stdout).toMatch(/Caches of development purged \(epoch \d+, revision \d+\)\n✓ 100 %/);
  });

  test("says so when nobody is connected", async () => {
    const { code, stdout } = await run(["kill", "discount", "-e", "production", "-r", "drill", "--wait"]);
    expect(code).toBe(0);
    expect(stdout).toContain("No client that reports is connected");
  });

  test("a share or a time that is none is refused before anything is killed", async () => {
    const before = (await run(["flags", "new-checkout", "--json"])).json();
    for (const [argv, message] of [
      [["--wait", "all"], "no percentage"],
      [["--wait", "--timeout", "soon"], "is no time"],
    ] as const) {
      const { code, stderr } = await run(["kill", "new-checkout", "-r", "x", ...argv]);
      expect(code).toBe(2);
      expect(stderr).toContain(message);
    }
    expect((await run(["flags", "new-checkout", "--json"])).json()).toEqual(before);
  });
});
