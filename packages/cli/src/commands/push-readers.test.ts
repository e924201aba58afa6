import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createServer, type RunningServer } from "@flagwright/server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { flagwright, temporaryFolder } from "../testing/run-cli.ts";
import { shop } from "../testing/shop.ts";

let server: RunningServer;
let folder: ReturnType<typeof temporaryFolder>;
const run = (...argv: readonly string[]) => flagwright(argv, { cwd: folder.path });

beforeAll(async () => {
  folder = temporaryFolder(shop);
  const credentialsFile = join(folder.path, ".flagwright/credentials.json");
  server = await createServer({ port: 0, project: "shop", logLevel: "silent", credentialsFile });
  expect(await run("push")).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await server.close();
  folder[Symbol.dispose]();
});

test("a push that a live service could not read is refused, names it, and passes with --force", async () => {
  const { definition } = (await run("flags", "discount", "--json")).json() as {
    definition: { schemaHash: string };
  };
  const authorization = `Bearer ${server.credentials?.serverKeys["development"]}`;
  const closing = new AbortController();
  await fetch(`${server.url}/sdk/v1/stream`, {
    headers: { authorization, "flagwright-instance": "till-1" },
    signal: closing.signal,
  });
  await fetch(`${server.url}/sdk/v1/report`, {
    method: "POST",
    headers: { authorization, "content-type": "application/json" },
    body: JSON.stringify({
      sdk: { name: "test", version: "1" },
      service: { name: "till", version: "2.3" },
      instance: "till-1",
      schemas: { discount: definition.schemaHash },
    }),
  });
  const wider = (shop["flags/discount.yaml"] ?? "")
    .replace("maximum: 90", "maximum: 100")
    .replace("small: { percent: 5 }", "free: { percent: 100 }");
  writeFileSync(join(folder.path, "flags/discount.yaml"), wider);

  // What the server tells of its clients is a little old.
  await expect.poll(async () => (await run("push", "--dry-run")).code, { timeout: 10_000 }).toBe(2);
  const { code, stderr } = await run("push");
  expect(code).toBe(2);
  expect(stderr).toContain("till 2.3 could not read a value of discount");
  expect(stderr).toMatch(/variants\/free: discount in development, 1 client of till 2\.3 \(test@1\): /);
  expect(stderr).toContain("--force");
  expect((await run("flags", "discount")).stdout).not.toContain("free");

  expect(await run("push", "--force")).toMatchObject({ code: 0 });
  expect((await run("flags", "discount")).stdout).toContain("free");
  closing.abort();
});
