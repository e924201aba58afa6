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
    const killed = await run(["kill", "discount", "-e", "development", "-r", "wrong prices", "--wait", "100%"]);
    expect(killed.code).toBe(0);
    expect(killed.stdout).toMatch(/✓ 100 % have applied it after \d+\.\d\d s \(1 of 1 client\)/);
    expect(reader.client.status).toBeDefined();

    const lifted = await run(["lift", "discount", "-e", "development", "--wait", "--json"]);
    expect(lifted.json()).toMatchObject({ killed: null, receipt: { connected: 1, applied: 1, share: 1 } });

    const purged = await run(["purge", "-e", "development", "-r", "drill", "-w"]);
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
      [["--regions", "eu,,us"], "names no regions"],
      [["--regions", "2", "--timeout", "2m"], "for 30s at most, not for 2m"],
      [["--rollback"], "say what"],
    ] as const) {
      const { code, stderr } = await run(["kill", "new-checkout", "-e", "development", "-r", "x", ...argv]);
      expect(code).toBe(2);
      expect(stderr).toContain(message);
    }
    expect((await run(["flags", "new-checkout", "--json"])).json()).toEqual(before);
  });

  test("regions that do not answer leave it unconfirmed; with --rollback it is put back", async () => {
    const toggled = (await run(["flags", "new-checkout", "--json"])).json() as { state: { on: boolean } };
    const argv = ["set", "new-checkout", "--on", "--regions", "default,ap", "--timeout", "200ms"];
    const left = await run(argv);
    expect(left.code).toBe(1);
    expect(left.stdout).toMatch(/! Unconfirmed after 0\.\d\d s: no answer from ap; default has it\n/);
    expect((await run(["flags", "new-checkout", "--json"])).json()).toMatchObject({ state: { on: true } });

    const back = await run([...argv.with(2, "--off"), "--rollback"]);
    expect(back.code).toBe(1);
    expect(back.stdout).toMatch(/↩ Rolled back: new-checkout is what it was before \(revision \d+\)/);
    expect((await run(["flags", "new-checkout", "--json"])).json()).toMatchObject({ state: { on: true } });
    expect(toggled.state.on).toBe(false);

    const kill = ["kill", "new-checkout", "-e", "development", "-r", "drill"];
    const killed = await run([...kill, "--regions", "2", "--timeout", "100ms", "--rollback", "--json"]);
    expect(killed.code).toBe(1);
    expect(killed.json()).toMatchObject({ receipt: { complete: false, rollback: { done: true } } });
    expect((await run(["flags", "new-checkout", "--json"])).json()).not.toHaveProperty("killed");

    // Somebody else's kill is not put back by who finds it there.
    await run(kill);
    const found = await run([...kill, "--regions", "ap", "--timeout", "100ms", "--rollback"]);
    expect(found.stdout).toContain("was killed already");
    expect(found.stdout).toContain("no answer from ap");
    expect((await run(["flags", "new-checkout", "--json"])).json()).toHaveProperty("killed");

    const confirmed = await run(["lift", "new-checkout", "-e", "development", "--regions", "1"]);
    expect(confirmed.code).toBe(0);
    expect(confirmed.stdout).toContain("✓ Confirmed by default");
  });
});
