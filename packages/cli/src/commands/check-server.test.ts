import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createServer, type RunningServer } from "@flagwright/server";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { flagwright, temporaryFolder } from "../testing/run-cli.ts";
import { shop } from "../testing/shop.ts";

/** `flagwright check` against a real server that has clients and stored states. */

const now = Date.parse("2026-11-21T12:00:00Z");
const DISCOUNT = "flags/discount.yaml";
const pushed = shop[DISCOUNT] ?? "";
const upTo = (maximum: number): string => pushed.replace("maximum: 90", `maximum: ${maximum}`);

let server: RunningServer;
let folder: ReturnType<typeof temporaryFolder>;
const run = (...argv: readonly string[]) => flagwright(argv, { cwd: folder.path, now });
const write = (path: string, text: string): void => writeFileSync(join(folder.path, path), text);

interface Report {
  readonly result: string;
  readonly breaks: readonly {
    readonly rule: string;
    readonly subject: string;
    readonly message: string;
    readonly witness?: { readonly text: string };
  }[];
}
async function check(...argv: readonly string[]) {
  const result = await run("check", "--json", ...argv);
  const report = result.json() as Report;
  return { ...result, report, rules: report.breaks.map(({ rule }) => rule) };
}

/** A client that holds a stream and says what it was generated from. */
async function live(service: string, schemas: object | undefined) {
  const key = server.credentials?.serverKeys["production"] ?? "";
  const authorization = `Bearer ${key}`;
  const closing = new AbortController();
  const instance = `${service}-1`;
  const headers = { authorization, "flagwright-instance": instance };
  await fetch(`${server.url}/sdk/v1/stream`, { headers, signal: closing.signal });
  const answer = await fetch(`${server.url}/sdk/v1/report`, {
    method: "POST",
    headers: { authorization, "content-type": "application/json" },
    body: JSON.stringify({
      sdk: { name: "test", version: "1" },
      service: { name: service, version: "7" },
      instance,
      schemas,
    }),
  });
  expect(answer.status).toBe(202);
  // What the server tells of its clients is a little old.
  const flags = Object.keys(schemas ?? {}).length;
  await expect.poll(readers, { timeout: 10_000 }).toContainEqual(expect.objectContaining({ service, flags }));
  return {
    [Symbol.asyncDispose]: async (): Promise<void> => {
      closing.abort();
      await expect.poll(readers, { timeout: 10_000 }).not.toContainEqual(expect.objectContaining({ service }));
    },
  };
}

async function readers(): Promise<readonly object[]> {
  const authorization = `Bearer ${server.credentials?.managementKey ?? ""}`;
  const url = `${server.url}/api/v1/projects/shop/environments/production/clients`;
  const answer = (await (await fetch(url, { headers: { authorization } })).json()) as {
    readonly items: readonly { readonly readers: readonly object[] }[];
  };
  return answer.items.flatMap((node) => node.readers);
}

async function hashOf(flag: string): Promise<string> {
  const shown = (await run("flags", flag, "--json")).json() as { readonly definition: { readonly schemaHash: string } };
  return shown.definition.schemaHash;
}

beforeAll(async () => {
  folder = temporaryFolder(shop);
  const credentialsFile = join(folder.path, ".flagwright/credentials.json");
  server = await createServer({ port: 0, project: "shop", logLevel: "silent", credentialsFile });
});
beforeEach(async () => {
  for (const [path, text] of Object.entries(shop)) write(path, text);
  expect(await run("push")).toMatchObject({ code: 0 });
});
afterEach(() => rmSync(join(folder.path, ".git"), { recursive: true, force: true }));
afterAll(async () => {
  await server.close();
  folder[Symbol.dispose]();
});

describe("flagwright check --against server", () => {
  test("is content with what was pushed, and finds what has changed since", async () => {
    expect(await check("--against", "server")).toMatchObject({ code: 0, report: { result: "clean", breaks: [] } });
    write(DISCOUNT, upTo(95));
    rmSync(join(folder.path, "flags/timeout-ms.yaml"));
    const { code, report } = await check("--against", "server");
    expect(code).toBe(1);
    expect(report.breaks).toMatchObject([
      { rule: "VALUE_NOT_WIDENED", subject: "discount", witness: { text: '{"percent":91}' } },
      { rule: "FLAG_NO_DELETE", subject: "timeout-ms" },
    ]);
  });

  test("shows the finding as text although the server has no files", async () => {
    rmSync(join(folder.path, DISCOUNT));
    const { code, stdout } = await run("check", "--against", "server");
    expect(code).toBe(1);
    expect(stdout).toContain("discount was deleted while it is active.");
    expect(stdout).toContain("against server");
  });
});

describe("flagwright check --deployed", () => {
  const deployed = ["--against", "server", "--deployed", "production"] as const;

  test("names the services whose clients cannot read the new values, by the schema that they have", async () => {
    write(DISCOUNT, upTo(50));
    await run("push");
    const narrow = await hashOf("discount");
    write(DISCOUNT, pushed);
    await run("push");
    await using _till = await live("till", { discount: narrow });
    await using _web = await live("web", { discount: await hashOf("discount") });

    write(DISCOUNT, upTo(40));
    expect((await check(...deployed, "--mode", "forward")).rules).toEqual([]);
    // Narrower than what was pushed last, and still too wide for a client that is older.
    write(DISCOUNT, upTo(60));
    const { code, report } = await check(...deployed, "--mode", "forward");
    expect(code).toBe(1);
    expect(report.breaks).toMatchObject([
      { rule: "LIVE_CLIENTS_CAN_READ", subject: "discount", witness: { text: '{"percent":51}' } },
    ]);
    expect(report.breaks[0]?.message).toBe(
      "production: 1 client of till 7 cannot read every value that is allowed now.",
    );
    // Of another environment.
    expect((await check("--against", "server", "--deployed", "qa", "--mode", "forward")).rules).toEqual([]);
  });

  test("blames no change for clients of a flag that it leaves alone", async () => {
    await using _old = await live("till", { discount: "never-pushed" });
    write(DISCOUNT, pushed.replace("Taken off", "Deducted from"));
    expect((await check(...deployed)).rules).toEqual([]);
  });

  test("a schema that was never pushed is undecided, with code 3", async () => {
    await using _old = await live("till", { discount: "never-pushed" });
    write(DISCOUNT, upTo(80));
    const { code, rules, stdout } = await check(...deployed, "--mode", "forward");
    expect(rules).toEqual(["LIVE_CLIENTS_CAN_READ"]);
    expect(stdout).toContain("never pushed");
    expect(code).toBe(3);
  });

  test("a flag that has been sunset is not deleted under clients that still read it", async () => {
    write(DISCOUNT, `${pushed}lifecycle: { status: sunset, sunset: 2026-11-20 }\n`);
    await run("push");
    rmSync(join(folder.path, DISCOUNT));
    expect((await check(...deployed)).rules).toEqual([]);
    await using _till = await live("till", { discount: await hashOf("discount") });
    const { rules, stdout } = await check(...deployed);
    expect(rules).toEqual(["LIVE_CLIENTS_CAN_READ"]);
    expect(stdout).toContain("1 client of till 7 still read discount, which is gone.");
  });

  test("says that a client did not tell what it has", async () => {
    await using _mute = await live("mute", undefined);
    expect((await check(...deployed)).stderr).toContain("1 client in production did not say which schemas they have.");
  });

  test("finds stored states that the new definition refuses", async () => {
    await run("set", "discount", "small", "--on", "--env", "production");
    write(DISCOUNT, pushed.replace(", small: { percent: 5 }", ""));
    const { code, report } = await check(...deployed, "--mode", "backward");
    expect(code).toBe(1);
    expect(report.breaks.find(({ rule }) => rule === "STORED_STATE_VALID")?.message).toMatch(
      /^production has a state that no longer fits, at \/otherwise\/variant: /,
    );
    expect((await check("--against", "server", "--deployed", "qa")).rules).not.toContain("STORED_STATE_VALID");
    write(DISCOUNT, pushed);
    await run("set", "discount", "--default", "--env", "production");
  });

  test("in git sees the project whole: what a stored state refers to need not have been touched", async () => {
    mkdirSync(join(folder.path, "flags/segments"), { recursive: true });
    write("flags/segments/staff.yaml", "segment: staff\ninclude: [ada]\n");
    expect((await run("push")).code).toBe(0);
    const management = server.credentials?.managementKey ?? "";
    const rules = [{ id: "staff", when: { segment: "staff" }, serve: { variant: "small" }, onMiss: "next" }];
    const put = (state: object) =>
      fetch(`${server.url}/api/v1/projects/shop/environments/production/flags/discount`, {
        method: "PUT",
        headers: { authorization: `Bearer ${management}`, "content-type": "application/json", "if-match": "*" },
        body: JSON.stringify({
          state: { on: true, variants: [], targets: [], otherwise: { variant: "none" }, ...state },
        }),
      });
    expect(await (await put({ rules })).json()).toMatchObject({ state: { rules } });
    const git = (...args: readonly string[]) =>
      execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.invalid", ...args], { cwd: folder.path });
    write(".gitignore", ".flagwright\n");
    git("init", "-q");
    git("add", "-A");
    git("commit", "-qm", "one");
    const against = ["--against", "HEAD", "--deployed", "production"];
    write(DISCOUNT, pushed.replace("Taken off", "Deducted from"));
    expect((await check(...against)).rules).toEqual([]);
    write(DISCOUNT, pushed);
    rmSync(join(folder.path, "flags/segments"), { recursive: true });
    expect((await check(...against)).report.breaks).toMatchObject([
      { rule: "STORED_STATE_VALID", subject: "discount" },
      { rule: "SEGMENT_NO_DELETE", subject: "staff" },
    ]);
    expect((await put({ rules: [] })).status).toBe(200);
  });

  test("an environment that is not there ends with code 2 and the nearest name", async () => {
    const { code, stderr } = await run("check", "--against", "server", "--deployed", "prodution");
    expect(code).toBe(2);
    expect(stderr).toContain('Did you mean "production"?');
    expect(readFileSync(join(folder.path, DISCOUNT), "utf8")).toBe(pushed);
  });
});
