import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** `main.ts` as a process of its own, started as the command line starts it. */
export interface ServerProcess {
  readonly child: ChildProcess;
  /** Resolves with the address when it is ready, or with what it said when it ended instead. */
  readonly started: Promise<{ readonly url: string } | { readonly code: number | null; readonly said: string }>;
  readonly output: () => string;
  /** Resolves when the process is gone. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

const main = join(import.meta.dirname, "..", "main.ts");

export function startProcess(args: readonly string[], env: NodeJS.ProcessEnv = {}): ServerProcess {
  const child = spawn(process.execPath, [main, ...args], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env: { PATH: process.env["PATH"], ...env },
  });
  let text = "";
  child.stdout?.on("data", (chunk: Buffer) => (text += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (text += chunk.toString()));
  const gone = once(child, "exit").then(([code]) => code as number | null);
  const ready = once(child, "message").then(([message]) => message as { readonly type: "ready"; readonly url: string });
  return {
    child,
    started: Promise.race([
      ready.then(({ url }) => ({ url })),
      gone.then(async (code) => {
        await new Promise((resolve) => setImmediate(resolve));
        return { code, said: text };
      }),
    ]),
    output: () => text,
    end(signal) {
      child.kill(signal);
      return gone;
    },
  };
}
