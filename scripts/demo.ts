import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { styleText } from "node:util";
import { connect } from "@flagwright/runtime/node";
import { searchTimeoutMs } from "../examples/node-service/src/flags.gen.ts";

/**
 * `pnpm demo`: the whole path in one minute. A server with an empty database, this repository's flags pushed to it, the
 * typed module generated and type-checked, the example service running, and three changes that the service follows
 * while it runs. `pnpm demo -- --keep` leaves the server and the service running until Ctrl-C.
 */

const root = join(import.meta.dirname, "..");
const keep = process.argv.includes("--keep");
const folder = mkdtempSync(join(tmpdir(), "flagwright-demo-"));
const children: ChildProcess[] = [];

/** How long the demo waits for anything before it says what is wrong. */
const PATIENCE_MS = 30_000;
/** How long a change may take to show before it counts as one that this sample of users does not see. */
const SETTLE_MS = 1_500;
const MANY_CHANGES = 200;

interface Credentials {
  readonly url: string;
  readonly managementKey: string;
  readonly serverKeys: { readonly [environment: string]: string };
}

interface Quote {
  readonly checkout: string;
  readonly total: number;
  readonly pay: readonly string[];
}

process.once("SIGINT", () => void end(130));

try {
  await demo();
  await end(0);
} catch (error) {
  console.error(`\n${styleText("red", "The demo stopped.")} ${error instanceof Error ? error.message : String(error)}`);
  await end(1);
}

async function demo(): Promise<void> {
  say(`\n${styleText("bold", "Flagwright")}: feature flags with a type system\n`);

  const credentialsFile = join(folder, "credentials.json");
  const credentials = await timed("An embedded server starts, with an empty database", async () => {
    const words = [
      "--port",
      "0",
      "--project",
      "shop",
      "--data",
      join(folder, "data"),
      "--credentials",
      credentialsFile,
    ];
    const server = background("packages/cli/src/main.ts", ["serve", ...words], {});
    await server.line(/https?:\/\/\S+/);
    return JSON.parse(readFileSync(credentialsFile, "utf8")) as Credentials;
  });
  const environment = { FLAGWRIGHT_URL: credentials.url, FLAGWRIGHT_KEY: credentials.managementKey };
  const flagwright = (...words: string[]): Promise<string> =>
    run("node", ["packages/cli/src/main.ts", ...words], environment);

  await timed("flagwright push: the definitions in flags/ become the server's contract", () => flagwright("push"));
  await timed("flagwright generate: a typed function for every flag", () => flagwright("generate"));
  await timed("tsc: the example compiles against them, and a misspelled flag would not", () =>
    run("tsc", ["--noEmit", "-p", "examples/node-service"], {}),
  );
  const service = await timed("The example service starts and connects", async () => {
    const started = background("examples/node-service/src/main.ts", [], {
      FLAGWRIGHT_URL: credentials.url,
      FLAGWRIGHT_KEY: credentials.serverKeys["development"] ?? "",
    });
    return /https?:\/\/\S+/.exec(await started.line(/https?:\/\/\S+/))?.[0] ?? "";
  });

  const quote = async (user: string): Promise<Quote> => {
    const response = await fetch(`${service}/quote?user=${user}&region=MY&total=10000`);
    return (await response.json()) as Quote;
  };
  const management = async (method: string, path: string, body?: object): Promise<{ readonly updatedAt: string }> => {
    const response = await fetch(`${credentials.url}/api/v1/projects/shop/environments/development/flags/${path}`, {
      method,
      headers: { authorization: `Bearer ${credentials.managementKey}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as { readonly updatedAt: string };
  };

  say("");
  await change(
    "payment-providers",
    ["toggle", "payment-providers", "on"],
    "an operational flag whose value is a typed list",
  );
  await change("payment-providers", ["set", "payment-providers", "all"], "another variant of it");
  await change("new-checkout", ["toggle", "new-checkout", "on"], "a release flag, at first for nobody");
  await change("new-checkout", ["set", "new-checkout", "on=50,off=50"], "half of the users, the same half each time");
  await change("new-checkout", ["set", "new-checkout", "on=90,off=10"], "raised: nobody who had it loses it");
  await change(
    "payment-providers",
    ["kill", "payment-providers", "--reason", "the wallet is down"],
    "the safe default, at once",
  );
  await change("payment-providers", ["lift", "payment-providers"], "and back");
  await manyChanges();

  if (keep) {
    say(`\nStill running, until Ctrl-C:`);
    say(`  server          ${credentials.url}   API documents at ${credentials.url}/docs`);
    say(`  service         ${service}/quote?user=u1&region=MY&total=10000`);
    say(`  management key  ${credentials.managementKey}`);
    say(`  server key      ${credentials.serverKeys["development"] ?? ""}`);
    await new Promise(() => {});
  }
  say(
    `\nNext: ${styleText("bold", "README.md")}, or ${styleText("bold", "npx pnpm@12 demo -- --keep")} to play with what runs here.\n`,
  );

  /** Makes a change on the command line and shows what the running service answers before and after. */
  async function change(flag: string, words: readonly string[], why: string): Promise<void> {
    const before = await sample();
    const changed = changedAnswer(before);
    await flagwright(...words, "--env", "development");
    const after = await changed;
    // Both times are of this machine's clock: when the server made the change, and when the service's answer differed.
    const ms = after.at - Date.parse((await management("GET", flag)).updatedAt);
    const shown = words.map((word) => (word.includes(" ") ? `"${word}"` : word)).join(" ");
    say(`${styleText("cyan", "$")} ${styleText("bold", `flagwright ${shown}`)}  ${styleText("dim", why)}`);
    say(`    before  ${before}`);
    say(
      `    after   ${styleText("green", after.answer)}  ${styleText("dim", after.answer === before ? "unchanged, as it should be" : `${ms} ms after the change`)}`,
    );
  }

  /** What a fixed set of users gets from the service, in one line. */
  async function sample(): Promise<string> {
    const quotes = await Promise.all(Array.from({ length: 8 }, (_, user) => quote(`user-${user}`)));
    const onePage = quotes.filter((each) => each.checkout === "one-page").length;
    return `${onePage} of ${quotes.length} users get the one-page checkout; pay by ${quotes[0]?.pay.join(", ") ?? "?"}`;
  }

  async function changedAnswer(before: string): Promise<{ readonly answer: string; readonly at: number }> {
    const deadline = Date.now() + SETTLE_MS;
    for (;;) {
      const answer = await sample();
      const at = Date.now();
      if (answer !== before || at > deadline) return { answer, at };
    }
  }

  /** From sending the request to the getter's new value in a client of this process, over and over. */
  async function manyChanges(): Promise<void> {
    const client = await connect({ url: credentials.url, key: credentials.serverKeys["development"] ?? "" });
    const times: number[] = [];
    let on = searchTimeoutMs.details().reason !== "DISABLED";
    for (let n = 0; n < MANY_CHANGES; n++) {
      on = !on;
      const started = performance.now();
      const seen = new Promise<number>((resolve) => {
        const off = client.on("changed", () => {
          if ((searchTimeoutMs.details().reason !== "DISABLED") !== on) return;
          off();
          resolve(performance.now() - started);
        });
      });
      await management("POST", "search-timeout-ms/toggle", { on });
      times.push(await seen);
    }
    await client.close();
    times.sort((a, b) => a - b);
    const share = (part: number): string =>
      (times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0).toFixed(1);
    say(
      `\n${MANY_CHANGES} changes one after another, from the request to the getter's new value: ${styleText("bold", `p50 ${share(0.5)} ms, p99 ${share(0.99)} ms`)}`,
    );
  }
}

interface Background {
  /** Resolves with the first line that matches; rejects when the process ends first or says nothing in time. */
  line(pattern: RegExp): Promise<string>;
}

function background(
  file: string,
  words: readonly string[],
  variables: { readonly [name: string]: string },
): Background {
  const child = spawn(process.execPath, [file, ...words], {
    cwd: root,
    env: { ...process.env, ...variables, NO_COLOR: "1", FORCE_COLOR: "0" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString("utf8")));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString("utf8")));
  return {
    async line(pattern) {
      const deadline = Date.now() + PATIENCE_MS;
      for (;;) {
        const found = output.split("\n").find((line) => pattern.test(line));
        if (found !== undefined) return found;
        if (child.exitCode !== null) throw new Error(`${file} ended with code ${child.exitCode}:\n${output}`);
        if (Date.now() > deadline) throw new Error(`${file} did not get ready in ${PATIENCE_MS / 1000} s:\n${output}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  };
}

function run(file: string, words: readonly string[], variables: { readonly [name: string]: string }): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ...variables, NO_COLOR: "1", FORCE_COLOR: "0" };
    execFile(file, words, { cwd: root, env }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${file} ${words.join(" ")} failed:\n${stdout}${stderr}`));
    });
  });
}

async function timed<T>(title: string, action: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await action();
  say(
    `${styleText("green", "✓")} ${title}  ${styleText("dim", `${((performance.now() - started) / 1000).toFixed(1)} s`)}`,
  );
  return result;
}

function say(line: string): void {
  console.log(line);
}

/** Ends what this demo started, last first, and removes its folder. */
async function end(code: number): Promise<void> {
  for (const child of children.splice(0).toReversed()) {
    const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    if (child.exitCode === null && child.kill("SIGTERM")) await ended;
  }
  rmSync(folder, { recursive: true, force: true });
  process.exit(code);
}
