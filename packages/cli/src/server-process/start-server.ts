import { spawn, type ChildProcess } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Failure } from "../failure.ts";
import type { Io } from "../io/io.ts";
import { statusLine } from "../output/status-line.ts";

export interface ServerProcess {
  readonly url: string;
  readonly pid: number;
  /** Resolves when the process has ended, however it did. */
  readonly ended: Promise<ServerEnd>;
  /** Asks it to finish what is under way and waits for its end. Safe to call again. */
  readonly stop: () => Promise<void>;
}

export interface ServerEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ServerStart {
  /** The project's root, or where the user is: paths in `options` start there. */
  readonly folder: string;
  /** As `flagwright-server --help` lists them. */
  readonly options: readonly string[];
  /** Each line of the server's log. */
  readonly onLog: (line: string) => void;
}

/**
 * Starts `@flagwright/server` as a process of its own and waits until it listens. `undefined` when the command was
 * stopped before that.
 *
 * @throws Failure when the package is not installed, or the server could not start, with its own words.
 */
export async function startServer(io: Io, { folder, options, onLog }: ServerStart): Promise<ServerProcess | undefined> {
  const signal = io.stopSignal();
  const status = statusLine(io);
  status.show("Starting the server… (the first time takes some seconds)");
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", resolveServer(folder), ...options], {
    cwd: folder,
    env: io.env,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    // In a process group of its own: Ctrl-C goes to the whole group, and the server would take our signal for a second one.
    detached: true,
    windowsHide: true,
  });
  const complaints: string[] = [];
  let listens = false;
  const ended = endOf(child);
  eachLine(child.stdout, (line) => {
    // The rest is the welcome of a first start, which the commands say in their own way.
    if (line.startsWith("{")) onLog(line);
  });
  eachLine(child.stderr, (line) => {
    // Before it listens, this says why it does not; the failure repeats it.
    if (listens) onLog(line);
    else complaints.push(line.replace(/^flagwright-server: /, ""));
  });
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
    await ended;
  };
  const onAbort = (): void => void stop();
  signal.addEventListener("abort", onAbort, { once: true });
  void ended.then(() => signal.removeEventListener("abort", onAbort));
  const url = await Promise.race([ready(child), ended]);
  status.clear();
  if (typeof url !== "string") {
    if (signal.aborted) return undefined;
    throw refusal(url, complaints);
  }
  listens = true;
  return { url, pid: child.pid ?? 0, ended, stop };
}

/** The project's own server first, then the one beside this package. */
function resolveServer(folder: string): string {
  for (const from of [join(folder, "package.json"), fileURLToPath(import.meta.url)])
    try {
      return createRequire(from).resolve("@flagwright/server/main");
    } catch {
      continue;
    }
  throw new Failure("The package @flagwright/server is not installed.", {
    help: "Install it with: npm install --save-dev @flagwright/server",
  });
}

function ready(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.on("message", (message) => {
      const { type, url } = message as { readonly type?: unknown; readonly url?: unknown };
      if (type === "ready" && typeof url === "string") resolve(url);
    });
  });
}

function endOf(child: ChildProcess): Promise<ServerEnd> {
  return new Promise((resolve) => {
    child.once("error", () => resolve({ code: null, signal: null }));
    // "close" comes after the last line of its output.
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
}

function refusal({ code, signal }: ServerEnd, complaints: readonly string[]): Failure {
  const words = complaints.join("\n");
  if (words.includes("EADDRINUSE"))
    return new Failure("The port is taken: another server runs there already.", {
      help: "Use that one, or take another port with --port (0 takes a free one).",
    });
  const how = signal === null ? `with code ${code ?? "unknown"}` : `by ${signal}`;
  return new Failure(`The server ended ${how} before it was ready.${words === "" ? "" : `\n${words}`}`);
}

function eachLine(stream: NodeJS.ReadableStream | null, use: (line: string) => void): void {
  if (stream !== null) createInterface({ input: stream, crlfDelay: Infinity }).on("line", use);
}
