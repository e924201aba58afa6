import { type ChildProcess, execFile, spawn } from "node:child_process";
import { join } from "node:path";

/** The processes that a demo starts, all of which end with it. */

/** How long the demo waits for anything before it says what is wrong. */
export const PATIENCE_MS = 30_000;

const root = join(import.meta.dirname, "..", "..");
const children: ChildProcess[] = [];

// Whatever ends the demo, nothing that it started outlives it.
process.once("exit", () => {
  for (const child of children) child.kill("SIGTERM");
});

type Variables = { readonly [name: string]: string };

export interface Background {
  /** The first line that matches. Rejects when the process ends first, or says nothing within `PATIENCE_MS`. */
  line(pattern: RegExp): Promise<string>;
}

/** Starts a TypeScript file of this repository that goes on running. */
export function background(file: string, words: readonly string[], variables: Variables): Background {
  const child = spawn(process.execPath, [file, ...words], {
    cwd: root,
    env: { ...process.env, ...variables, NO_COLOR: "1", FORCE_COLOR: "0" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  let output = "";
  const collect = (chunk: Buffer): void => {
    output += chunk.toString("utf8");
  };
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  return {
    async line(pattern) {
      const deadline = Date.now() + PATIENCE_MS;
      for (;;) {
        const found = output.split("\n").find((line) => pattern.test(line));
        if (found !== undefined) return found;
        if (child.exitCode !== null) throw new Error(`${file} ended with code ${child.exitCode}:\n${output}`);
        if (Date.now() > deadline) throw new Error(`${file} was not ready after ${PATIENCE_MS / 1000} s:\n${output}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  };
}

/** Runs a command to its end. Rejects with everything it said when it fails. */
export function run(file: string, words: readonly string[], variables: Variables = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ...variables, NO_COLOR: "1", FORCE_COLOR: "0" };
    execFile(file, words, { cwd: root, env }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${file} ${words.join(" ")} failed:\n${stdout}${stderr}`));
    });
  });
}

/** Ends what was started, last first. */
export async function endProcesses(): Promise<void> {
  for (const child of children.splice(0).toReversed()) {
    const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    if (child.exitCode === null && child.signalCode === null && child.kill("SIGTERM")) await ended;
  }
}
