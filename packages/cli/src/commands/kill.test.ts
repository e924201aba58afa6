import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { flagwright } from "../testing/run-cli.ts";

/** What the server says while its database is away; that it does so is tested where the server is. */
let asked: string[] = [];
let close = (): void => {};
afterEach(() => close());

async function kill(status: number, body: object, ...options: readonly string[]) {
  asked = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const type = status < 300 ? "application/json" : "application/problem+json";
    response.writeHead(status, { "content-type": type }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  close = () => void server.close();
  const { port } = server.address() as AddressInfo;
  const where = [
    "--url",
    `http://127.0.0.1:${port}`,
    "--key",
    "fw_management_x",
    "--project",
    "shop",
    "-e",
    "production",
  ];
  return flagwright(["kill", "checkout", "-r", "fire", ...where, ...options]);
}

const FLAG = "/api/v1/projects/shop/environments/production/flags/checkout/kill";
const provisional = {
  flags: ["checkout", "checkout@2"],
  epoch: 5,
  revision: 13,
  killed: { at: "2026-11-21T12:00:00.000Z", by: "on call", reason: "fire" },
  changed: ["checkout", "checkout@2"],
  provisional: true,
  told: { clients: 3, nodes: 2, allNodes: false },
};

test.each(["UNAVAILABLE", "DATABASE_READ_ONLY"])("%s: the way out is named, and not taken unasked", async (code) => {
  const { code: exit, stderr } = await kill(503, { code, detail: "The database did not answer." });
  expect(exit).toBe(2);
  expect(stderr).toContain("The database did not answer.");
  expect(stderr).toContain("repeat it with --break-glass");
  expect(asked).toEqual([`POST ${FLAG}`]);
});

test("behind broken glass it says that it is provisional, whom it was told to, and what is open", async () => {
  const { code, stdout } = await kill(202, provisional, "--break-glass");
  expect(asked).toEqual([`POST ${FLAG}?breakGlass=true`]);
  expect(code).toBe(0);
  expect(stdout).toBe(
    "■ checkout, checkout@2 killed in production, provisionally: the database takes no changes\n" +
      "  told     3 connected clients at 2 nodes; whoever connects there gets it too\n" +
      "  nodes    this one reaches no other, so clients of others do not know of it\n" +
      "  stored   as soon as the database is back, with this reason; the server that you asked must live until then\n",
  );
});

test("what was to be waited for is not confirmed, and the code says so", async () => {
  const { code, stdout } = await kill(202, provisional, "--break-glass", "--wait");
  expect(code).toBe(1);
  expect(stdout).toContain("who has applied it is known only then");
  // Nothing is asked of a database that is away.
  expect(asked).toHaveLength(1);
  const json = await kill(202, provisional, "--break-glass", "--wait", "--json");
  expect(json.json()).toEqual(provisional);
  expect(json.code).toBe(1);
});

test("a refusal behind broken glass is told as it is", async () => {
  const { code, stderr } = await kill(503, { code: "DATABASE_AWAY", detail: "Nothing was done." }, "--break-glass");
  expect(code).toBe(2);
  expect(stderr).toContain("Nothing was done.");
  expect(stderr).not.toContain("repeat it with");
});
