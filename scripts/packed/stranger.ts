import { execFileSync, spawn } from "node:child_process";
import { delimiter, join } from "node:path";

/** What the test of the tarballs does on the command line, with the repository's own Node first on the path. */

const root = join(import.meta.dirname, "..", "..");

export function step(name: string, action: () => unknown): void {
  const started = Date.now();
  action();
  console.log(`  ✓ ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
}

/** Runs a program to its end; what it said is in the error when it fails. */
export function run(cwd: string, file: string, words: readonly string[], bin: readonly string[] = []): string {
  try {
    return execFileSync(file, words, {
      cwd,
      env: environment(bin),
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`${file} ${words.join(" ")} failed:\n${stdout ?? ""}${stderr ?? String(error)}`, { cause: error });
  }
}

/** Starts a program, waits until it has said `ready`, does the work, and ends the program. */
export async function during(
  cwd: string,
  words: readonly string[],
  ready: string,
  work: () => void,
  withinMs: number = 60_000,
): Promise<void> {
  const child = spawn("node", words, { cwd, env: environment([]), stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const collect = (chunk: Buffer): void => {
    output += chunk.toString("utf8");
  };
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  try {
    const deadline = Date.now() + withinMs;
    while (!output.includes(ready)) {
      if (child.exitCode !== null || Date.now() > deadline)
        throw new Error(`${words.join(" ")} did not say "${ready}":\n${output}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    work();
  } finally {
    child.kill("SIGTERM");
    await ended;
  }
}

function environment(bin: readonly string[]): NodeJS.ProcessEnv {
  const path = [...bin, join(root, "node_modules/.bin"), process.env["PATH"] ?? ""].join(delimiter);
  return { ...process.env, PATH: path, FORCE_COLOR: "0" };
}
