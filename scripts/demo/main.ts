import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { styleText } from "node:util";
import { connect } from "@flagwright/runtime/node";
import { searchTimeoutMs } from "../../examples/node-service/src/flags.gen.ts";
import { background, endProcesses, PATIENCE_MS, run } from "./processes.ts";

/**
 * `pnpm demo`: the whole path in half a minute. A server with an empty database, this repository's flags pushed to it,
 * the typed module generated and type-checked, the example service running, and changes that the service follows while
 * it runs. `pnpm demo --keep` leaves the server and the service running until Ctrl-C.
 */

/** Enough for a 99th percentile, few enough to wait for. */
const MANY_CHANGES = 200;
const ENVIRONMENT = "development";
/** Whom the demo asks the service for. */
const users = Array.from({ length: 8 }, (_, n) => `user-${n}`);

interface Credentials {
  readonly url: string;
  readonly managementKey: string;
  readonly serverKeys: { readonly [environment: string]: string };
}

interface Quote {
  readonly checkout: string;
  readonly pay: readonly string[];
}

const folder = mkdtempSync(join(tmpdir(), "flagwright-demo-"));
process.once("SIGINT", () => void end(130));
try {
  await demo();
  await end(0);
} catch (error) {
  console.error(`\n${styleText("red", "The demo stopped.")} ${error instanceof Error ? error.message : String(error)}`);
  await end(1);
}

async function demo(): Promise<void> {
  console.log(`\n${styleText("bold", "Flagwright")}: feature flags with a type system\n`);
  const credentials = await timed("An embedded server starts, with an empty database", startServer);
  const cli = commandLine(credentials);
  await timed("flagwright push        the definitions in flags/ become the server's contract", () => cli("push"));
  await timed("flagwright generate    a typed function for every flag", () => cli("generate"));
  await timed("tsc                    the example compiles against them", () =>
    run("tsc", ["--noEmit", "-p", "examples/node-service"]),
  );
  const service = await timed("The example service starts and connects", () => startService(credentials));
  console.log("");

  const watch = watcher(credentials, service, cli);
  await watch("payment-providers", ["set", "payment-providers", "all", "--on"], "a typed list, switched on");
  await watch("new-checkout", ["set", "new-checkout", "--rollout", "25", "--on"], "a quarter of the users");
  await watch("new-checkout", ["set", "new-checkout", "--rollout", "75"], "raised: nobody who had it loses it");
  await watch("new-checkout", ["toggle", "new-checkout", "off"], "flipped off");
  await watch(
    "payment-providers",
    ["kill", "payment-providers", "--reason", "wallet down"],
    "the safe default, at once",
  );
  await watch("payment-providers", ["lift", "payment-providers"], "and back");
  await manyChanges(credentials);

  if (process.argv.includes("--keep")) {
    console.log(`\nStill running, until Ctrl-C:`);
    console.log(`  server          ${credentials.url}   its API is documented at ${credentials.url}/docs`);
    console.log(`  service         ${service}/quote?user=user-1&region=MY&total=10000`);
    console.log(`  management key  ${credentials.managementKey}`);
    console.log(`  server key      ${credentials.serverKeys[ENVIRONMENT] ?? ""}`);
    await new Promise(() => {});
  }
  console.log(`\nNext: README.md, or ${styleText("bold", "npx pnpm@12 demo --keep")} to play with what runs here.\n`);
}

async function startServer(): Promise<Credentials> {
  const file = join(folder, "credentials.json");
  const words = ["serve", "--port", "0", "--project", "shop", "--data", join(folder, "data"), "--credentials", file];
  await background("packages/cli/src/main.ts", words, {}).line(/https?:\/\/\S+/);
  return JSON.parse(readFileSync(file, "utf8")) as Credentials;
}

async function startService(credentials: Credentials): Promise<string> {
  const service = background("examples/node-service/src/main.ts", [], {
    FLAGWRIGHT_URL: credentials.url,
    FLAGWRIGHT_KEY: credentials.serverKeys[ENVIRONMENT] ?? "",
  });
  return /https?:\/\/\S+/.exec(await service.line(/https?:\/\/\S+/))?.[0] ?? "";
}

type CommandLine = (...words: readonly string[]) => Promise<string>;

function commandLine({ url, managementKey }: Credentials): CommandLine {
  return (...words) =>
    run("node", ["packages/cli/src/main.ts", ...words], {
      FLAGWRIGHT_URL: url,
      FLAGWRIGHT_KEY: managementKey,
      FLAGWRIGHT_ENVIRONMENT: ENVIRONMENT,
    });
}

async function management(credentials: Credentials, method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(`${credentials.url}/api/v1/projects/shop/environments/${ENVIRONMENT}/flags/${path}`, {
    method,
    headers: { authorization: `Bearer ${credentials.managementKey}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

/** Makes changes on the command line, and shows what the running service answers before and after each. */
function watcher(
  credentials: Credentials,
  service: string,
  cli: CommandLine,
): (flag: string, words: readonly string[], why: string) => Promise<void> {
  const quote = async (user: string): Promise<Quote> => {
    const response = await fetch(`${service}/quote?user=${user}&region=MY&total=10000`);
    return (await response.json()) as Quote;
  };
  const answers = (): Promise<readonly Quote[]> => Promise.all(users.map(quote));

  /** Asks for one user after another until somebody's answer is another than before. */
  async function firstDifference(before: readonly Quote[]): Promise<number> {
    const deadline = Date.now() + PATIENCE_MS;
    for (let n = 0; Date.now() < deadline; n++) {
      const index = n % users.length;
      const answer = await quote(users[index] ?? "");
      if (JSON.stringify(answer) !== JSON.stringify(before[index])) return Date.now();
    }
    throw new Error(`The service's answers had not changed after ${PATIENCE_MS / 1000} s.`);
  }

  return async (flag, words, why) => {
    const before = await answers();
    const [at] = await Promise.all([firstDifference(before), cli(...words, "--env", ENVIRONMENT)]);
    // Both times are of this machine's clock: when the server made the change, and when the service answered otherwise.
    const { updatedAt } = (await management(credentials, "GET", flag)) as { readonly updatedAt: string };
    const shown = words.map((word) => (word.includes(" ") ? `"${word}"` : word)).join(" ");
    console.log(`${styleText("cyan", "$")} ${styleText("bold", `flagwright ${shown}`)}   ${styleText("dim", why)}`);
    console.log(`    ${summary(before)}`);
    const ms = styleText("dim", `${at - Date.parse(updatedAt)} ms after the change`);
    console.log(`    ${styleText("green", summary(await answers()))}   ${ms}`);
  };
}

function summary(quotes: readonly Quote[]): string {
  const onePage = quotes.filter((each) => each.checkout === "one-page").length;
  return `${onePage} of ${quotes.length} users on the one-page checkout, paying by ${quotes[0]?.pay.join(", ") ?? "?"}`;
}

/** From sending the request to the getter's new value in a client of this process, over and over. */
async function manyChanges(credentials: Credentials): Promise<void> {
  const client = await connect({ url: credentials.url, key: credentials.serverKeys[ENVIRONMENT] ?? "" });
  const isOn = (): boolean => searchTimeoutMs.details().reason !== "DISABLED";
  const times: number[] = [];
  for (let n = 0; n < MANY_CHANGES; n++) {
    const on = !isOn();
    const started = performance.now();
    const seen = new Promise<number>((resolve) => {
      const off = client.on("changed", () => {
        if (isOn() !== on) return;
        off();
        resolve(performance.now() - started);
      });
    });
    await management(credentials, "POST", "search-timeout-ms/toggle", { on });
    times.push(await seen);
  }
  await client.close();
  times.sort((a, b) => a - b);
  const at = (share: number): string => (times[Math.floor((times.length - 1) * share)] ?? 0).toFixed(1);
  const figures = styleText("bold", `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`);
  console.log(`\n${MANY_CHANGES} changes in a row, from sending the request to the getter's new value: ${figures}`);
}

async function timed<T>(title: string, action: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await action();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${styleText("green", "✓")} ${title}  ${styleText("dim", `${seconds} s`)}`);
  return result;
}

async function end(code: number): Promise<void> {
  await endProcesses();
  rmSync(folder, { recursive: true, force: true });
  process.exit(code);
}
