import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../main.ts", import.meta.url));

/** A node in a process of its own, so that it can be killed and stopped. */
export interface NodeProcess {
  readonly child: ChildProcess;
  readonly url: string;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
}

export async function startNode(options: Readonly<Record<string, string>>): Promise<NodeProcess> {
  const settings = Object.entries(options).map(([name, value]) => [`FLAGWRIGHT_${name}`, value]);
  const child = fork(MAIN, [], {
    execArgv: [],
    stdio: "ignore",
    env: { ...process.env, FLAGWRIGHT_LOG_LEVEL: "silent", ...Object.fromEntries(settings) },
  });
  const [message] = (await once(child, "message")) as [{ readonly url: string } | number | null];
  if (typeof message !== "object" || message === null) throw new Error("the node did not start");
  return {
    child,
    url: message.url,
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    },
  };
}
