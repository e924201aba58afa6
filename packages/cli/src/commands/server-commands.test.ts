import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { createServer, type RunningServer } from "@flagwright/server";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { flagwright, temporaryFolder, type Surroundings } from "../testing/run-cli.ts";
import { shop } from "../testing/shop.ts";

/** The commands against a real server, in one project, as a person would use them. */

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

describe("flagwright push", () => {
  test("says what it sent; the environments of flagwright.yaml are there; a second time changes nothing", async () => {
    const again = await run(["push", "--json"]);
    expect(again.json()).toMatchObject({ added: [], changed: [], archived: [], environments: [], dryRun: false });
    expect((await run(["flags", "--env", "qa"])).stdout).toContain("3 flags (shop, qa");
    expect((await run(["push"])).stdout).toContain("3 definitions pushed to shop");
  });

  test("--dry-run says what would change and changes nothing", async () => {
    using other = temporaryFolder({
      ...shop,
      "flags/another.yaml": (shop["flags/new-checkout.yaml"] ?? "").replace("new-checkout", "another"),
    });
    rmSync(join(other.path, "flags/timeout-ms.yaml"));
    mkdirSync(join(other.path, ".flagwright"));
    const credentials = readFileSync(join(folder.path, ".flagwright/credentials.json"));
    writeFileSync(join(other.path, ".flagwright/credentials.json"), credentials);
    const { code, stdout } = await run(["push", "--dry-run"], { cwd: other.path });
    expect(code).toBe(0);
    expect(stdout).toMatch(/3 definitions would be pushed/);
    expect(stdout).toMatch(/added +another/);
    expect(stdout).toMatch(/only there +timeout-ms/);
    expect((await run(["push", "--dry-run", "--prune"], { cwd: other.path })).stdout).toMatch(/archived +timeout-ms/);
    expect((await run(["flags"])).stdout).toContain("3 flags");
  });

  test("with an error in the files nothing is sent, and the error is shown", async () => {
    using other = temporaryFolder({ ...shop, "flags/discount.yaml": "flag: discount\nversion: 1\n" });
    const { code, stderr } = await run(["push", "--url", server.url, "--key", "unused"], { cwd: other.path });
    expect(code).toBe(1);
    expect(stderr).toContain("flags/discount.yaml:1:1");
  });
});

describe("flagwright flags", () => {
  test("lists every flag with what it serves", async () => {
    const { stdout } = await run(["flags"]);
    expect(stdout).toMatch(/^flag +state +otherwise +rules +owner +expires$/m);
    expect(stdout).toMatch(/^timeout-ms +off +the default +– +team-search +–$/m);
  });

  test("shows one in full", async () => {
    const { stdout } = await run(["flags", "discount"]);
    expect(stdout).toMatch(/^ +variant small +\{"percent":5\}$/m);
  });

  test("prints JSON", async () => {
    expect((await run(["flags", "--json"])).json()).toMatchObject({ items: [{ key: "discount" }, {}, {}] });
    expect((await run(["flags", "discount", "--json"])).json()).toMatchObject({
      key: "discount",
      state: { on: false },
    });
  });

  test("an unknown flag or environment ends with 2 and the nearest name", async () => {
    const flag = await run(["flags", "discont"]);
    expect(flag.code).toBe(2);
    expect(flag.stderr).toContain('Did you mean "discount"?');
    const environment = await run(["flags", "--env", "prodution"]);
    expect(environment.code).toBe(2);
    expect(environment.stderr).toContain('Did you mean "production"?');
  });

  test("a wrong key is refused by the server, and where it came from is told", async () => {
    const { code, stderr } = await run(["flags"], { env: { FLAGWRIGHT_KEY: "fw_management_abc_def" } });
    expect(code).toBe(2);
    expect(stderr).toContain("The key came from FLAGWRIGHT_KEY");
  });

  test("a server key may not manage", async () => {
    const key = server.credentials?.serverKeys["development"] ?? "";
    const { code, stderr } = await run(["flags", "--key", key]);
    expect(code).toBe(2);
    expect(stderr).toContain("management key");
  });
});

describe("flagwright toggle", () => {
  test("switches on, off, and to the other one, in the environment asked for alone", async () => {
    expect((await run(["toggle", "new-checkout", "on"])).stdout).toMatch(
      /is on in development \(was off; revision \d+\)/,
    );
    expect((await run(["toggle", "new-checkout", "on"])).stdout).toContain("already was");
    expect((await run(["toggle", "new-checkout"])).stdout).toContain("is off in development (was on");
    expect((await run(["flags", "new-checkout", "-e", "production", "--json"])).json()).toMatchObject({
      version: 1,
      state: { on: false },
    });
  });

  test("takes the environment from FLAGWRIGHT_ENVIRONMENT", async () => {
    const { stdout } = await run(["toggle", "discount", "off"], { env: { FLAGWRIGHT_ENVIRONMENT: "qa" } });
    expect(stdout).toContain("is off in qa");
  });
});

describe("flagwright set", () => {
  beforeEach(async () => {
    for (const key of ["new-checkout", "discount", "timeout-ms"]) await run(["set", key, "--default", "--on"]);
  });

  test("serves a variant and shows before and after", async () => {
    const { code, stdout } = await run(["set", "discount", "small", "--reason", "autumn sale"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^✓ discount in development \(revision \d+\)\n {2}otherwise {2}the default → small\n$/);
    expect((await run(["set", "discount", "small"])).stdout).toContain("discount is so already");
  });

  test("serves a value of its own, as the schema allows it", async () => {
    expect((await run(["set", "timeout-ms", "--value", "1200"])).code).toBe(0);
    const evaluated = await run(["evaluate", "--server", "-f", "timeout-ms", "--json"]);
    expect(evaluated.json()).toMatchObject({ value: 1200, variant: "custom", reason: "STATIC" });
  });

  test("a value that the schema refuses is refused with its place and reason, and nothing is changed", async () => {
    const before = (await run(["flags", "timeout-ms", "--json"])).json();
    const { code, stderr } = await run(["set", "timeout-ms", "--value", "49"]);
    expect(code).toBe(2);
    expect(stderr).toContain("/state/variants/0/1");
    expect(stderr).toContain("50");
    expect((await run(["flags", "timeout-ms", "--json"])).json()).toEqual(before);
  });

  test("raises a rollout", async () => {
    await run(["set", "new-checkout", "--rollout", "10%"]);
    const { stdout } = await run(["set", "new-checkout", "--rollout", "25%"]);
    expect(stdout).toContain("on 10 %, off 90 % → on 25 %, off 75 %");
  });

  test("splits between variants", async () => {
    const { stdout } = await run(["set", "discount", "--split", "none=80", "small=20"]);
    expect(stdout).toContain("→ none 80 %, small 20 %");
    expect((await run(["set", "timeout-ms", "--split", "normal=50", "strict=50"])).stderr).toContain("has no bucketBy");
    expect((await run(["set", "discount", "--rollout", "5"])).stderr).toContain("--rollout is for boolean flags");
  });

  test("replaces the whole state from standard input, such as flags --json printed it", async () => {
    const { json } = await run(["flags", "discount", "--json"]);
    const { state } = json() as { state: object };
    const next = { ...state, on: true, otherwise: { variant: "none" } };
    const { code, stdout } = await run(["set", "discount", "--state", "-"], { stdin: JSON.stringify(next) });
    expect(code).toBe(0);
    expect(stdout).toContain("the default → none");
    expect((await run(["set", "discount", "--state", "-"], { stdin: "{on: [" })).stderr).toContain(
      "neither JSON nor YAML",
    );
    expect((await run(["set", "discount", "--state", "-"], { stdin: "[1]" })).stderr).toContain("A state is an object");
    const wrong = await run(["set", "discount", "--state", "-"], { stdin: '{"on":"yes"}' });
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain("/state/on");
  });

  test("a change that somebody else has overtaken is refused, and theirs stays", async () => {
    const { state } = (await run(["flags", "discount", "--json"])).json() as { state: object };
    // The command has read the flag by the time it reads its input.
    async function* slowly() {
      expect(await run(["set", "discount", "none"])).toMatchObject({ code: 0 });
      yield Buffer.from(JSON.stringify({ ...state, otherwise: { variant: "small" } }));
    }
    const { code, stderr } = await run(["set", "discount", "--state", "-"], { stdin: Readable.from(slowly()) });
    expect(code).toBe(2);
    expect(stderr).toContain("Somebody else changed it at the same moment");
    expect((await run(["flags", "discount", "--json"])).json()).toMatchObject({
      state: { otherwise: { variant: "none" } },
    });
  });

  test("says that nobody sees it while the flag is off", async () => {
    expect((await run(["set", "discount", "small", "--off"])).stdout).toContain(
      "flagwright toggle discount on --env development",
    );
  });

  test.each([
    [["set", "discount"], "Say what to set."],
    [["set", "discount", "small", "--default"], "in one way, not in 2"],
    [["set", "discount", "--on", "--off"], "both on and off"],
    [["set", "discount", "smal"], "It has none, small."],
    [["set", "discount", "--state", "missing.json"], "There is no file missing.json."],
  ])("%j is refused with 2", async (argv, message) => {
    const { code, stderr } = await run(argv);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe("flagwright kill and lift", () => {
  test("a killed flag serves its default, says so everywhere, and comes back as it was", async () => {
    await run(["set", "discount", "small", "--on"]);
    const killed = await run(["kill", "discount", "--env", "development", "--reason", "wrong prices"]);
    expect(killed.stdout).toContain("discount killed in development");
    expect((await run(["evaluate", "--server", "-f", "discount"])).stdout).toBe('{"percent":0}  DISABLED\n');
    expect((await run(["flags"])).stdout).toMatch(/^discount +killed/m);
    expect((await run(["flags", "discount"])).stdout).toContain("wrong prices");
    expect((await run(["toggle", "discount", "on"])).stdout).toContain("flagwright lift discount --env development");

    expect((await run(["lift", "discount", "--env", "development"])).stdout).toContain("discount is no longer killed");
    expect((await run(["lift", "discount", "--env", "development"])).stdout).toContain("discount was not killed in");
    expect((await run(["evaluate", "--server", "-f", "discount"])).stdout).toContain('{"percent":5}');
  });

  test.each([
    ["kill", "discount", "-e", "qa", "-r", " "],
    ["purge", "-e", "qa", "-r", ""],
  ])("%s wants a reason that says something", async (...argv) => {
    const { code, stderr } = await run(argv);
    expect(code).toBe(2);
    expect(stderr).toContain("Say why");
  });

  test("an environment that is not there is answered with those that are", async () => {
    const { code, stderr } = await run(["kill", "discount", "-e", "live", "-r", "fire"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/There is no environment "live"\. There is .*"development"/);
  });

  test("killing what is killed says by whom and why, and changes nothing", async () => {
    await run(["kill", "timeout-ms", "-e", "qa", "-r", "first"]);
    const { code, stdout } = await run(["kill", "timeout-ms", "-e", "qa", "-r", "second"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/timeout-ms was killed already in qa, by first management key at [\dTZ:.-]+: first\n/);
    expect((await run(["flags", "timeout-ms", "-e", "qa", "--json"])).json()).toMatchObject({
      killed: { reason: "first" },
    });
    await run(["lift", "timeout-ms", "-e", "qa"]);
  });

  test.each([
    ["kill", "discount", "-r", "fire"],
    ["lift", "discount"],
    ["purge", "-r", "fire"],
  ])("%s takes no environment by itself where there are several", async (...argv) => {
    const before = (await run(["flags", "--json"])).json();
    for (const isTTY of [false, true]) {
      const { code, stderr } = await run(argv, { isTTY, env: { NO_COLOR: "1" } });
      expect(code).toBe(2);
      expect(stderr).toContain("Say in which environment; nothing was done.");
      expect(stderr).toContain("--env development, or --env production, or --env qa");
    }
    // Outside of any project the server is asked what there is.
    using nowhere = temporaryFolder();
    const key = server.credentials?.managementKey ?? "";
    const outside = await run([...argv, "--url", server.url, "--key", key], { cwd: nowhere.path });
    expect(outside.stderr).toContain("--env production");
    expect((await run(["flags", "--json"])).json()).toEqual(before);
    expect((await run(argv, { env: { FLAGWRIGHT_ENVIRONMENT: "qa" } })).code).toBe(0);
    await run(["lift", "discount", "-e", "qa"]);
  });

  test("takes the only one there is", async () => {
    using single = temporaryFolder({ "flagwright.yaml": "project: shop\nenvironments: [qa]\n" });
    const key = server.credentials?.managementKey ?? "";
    const argv = ["discount", "--url", server.url, "--key", key];
    expect((await run(["kill", ...argv, "-r", "now"], { cwd: single.path })).stdout).toContain("killed in qa");
    expect((await run(["lift", ...argv], { cwd: single.path })).stdout).toContain("no longer killed in qa");
  });

  test("works while somebody's definitions are broken", async () => {
    using broken = temporaryFolder({ "flagwright.yaml": "project: shop\n\t: [", "flags/x.yaml": "flag: [" });
    const key = server.credentials?.managementKey ?? "";
    const argv = ["discount", "-e", "production", "--url", server.url, "--key", key];
    expect(await run(["kill", ...argv, "-r", "now"], { cwd: broken.path })).toMatchObject({ code: 0, stderr: "" });
    expect(await run(["lift", ...argv, "--json"], { cwd: broken.path })).toMatchObject({ code: 0, stderr: "" });
  });
});

test("evaluate --server with a server key reads that key's environment", async () => {
  const key = server.credentials?.serverKeys["production"] ?? "";
  const argv = ["evaluate", "--server", "--url", server.url, "--key", key, "-f", "timeout-ms", "--json"];
  expect((await run(argv)).json()).toMatchObject({ value: 800, reason: "DISABLED" });
});
