import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { program } from "./program.ts";

/** A private Redis for tests: on loopback, on a free port, without persistence, in a folder of its own. */
export interface RedisService {
  /** `redis://127.0.0.1:<port>` */
  readonly url: string;
  readonly port: number;
  /** SIGKILL: nothing is said to anybody. Resolves when the process is gone. */
  kill(): Promise<void>;
  /** SIGSTOP: connections stay open and nobody answers. */
  pause(): void;
  resume(): void;
  /** Starts it again on the same port, empty. */
  start(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

const START_MS = 10_000;
const PORT_ATTEMPTS = 5;

/** `extra` are settings beyond those, which may depend on the port. They win. */
export async function startRedis(
  extra: readonly string[] | ((port: number) => readonly string[]) = [],
): Promise<RedisService> {
  const binary = await program("redis-server", "6.2 or later");
  const folder = mkdtempSync(join(tmpdir(), "flagwright-redis-"));
  let port = 0;
  let child: ChildProcess | undefined;

  const start = async (): Promise<void> => {
    child = await launch(binary, port, folder, typeof extra === "function" ? extra(port) : extra);
  };
  for (let attempt = 1; ; attempt++) {
    port = await freePort();
    try {
      await start();
      break;
    } catch (error) {
      if (attempt < PORT_ATTEMPTS) continue;
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }
  const end = (signal: NodeJS.Signals): Promise<void> =>
    new Promise((resolve) => {
      const ending = child;
      child = undefined;
      if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) {
        resolve();
        return;
      }
      ending.once("exit", () => resolve());
      ending.kill("SIGCONT");
      ending.kill(signal);
    });
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    kill: () => end("SIGKILL"),
    pause: () => void child?.kill("SIGSTOP"),
    resume: () => void child?.kill("SIGCONT"),
    start,
    stop: async () => {
      await end("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function launch(binary: string, port: number, folder: string, extra: readonly string[]): Promise<ChildProcess> {
  const settings = ["--port", `${port}`, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder];
  const child = spawn(binary, [...settings, ...extra], { stdio: ["ignore", "pipe", "pipe"] });
  const endWithUs = (): void => void child.kill("SIGKILL");
  process.once("exit", endWithUs);
  child.once("exit", () => process.off("exit", endWithUs));
  return new Promise((resolve, reject) => {
    let said = "";
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Error(`redis-server did not start within ${START_MS} ms:\n${said}`));
    }, START_MS);
    const listen = (chunk: Buffer): void => {
      said += chunk.toString();
      if (!said.includes("Ready to accept connections")) return;
      clearTimeout(timer);
      resolve(child);
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.once("exit", (code) => {
      clearTimeout(timer);
      reject(new Error(`redis-server ended with code ${code}:\n${said}`));
    });
  });
}

/** A port that nobody listened on a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === "object" && address !== null ? resolve(address.port) : reject(new Error()),
      );
    });
  });
}
