import { monitorEventLoopDelay } from "node:perf_hooks";
import { createServer, type RunningServer, type ServerConfig } from "@flagwright/server";
import { serveTasks } from "./distribution-child.ts";

/** The server under test, in a process of its own. */
let server: RunningServer | undefined;
let delay: ReturnType<typeof monitorEventLoopDelay> | undefined;

const RESOLUTION_MS = 10;

serveTasks({
  start: async (config: Partial<ServerConfig>) => {
    server = await createServer({ logLevel: "silent", ...config });
    return { url: server.url, credentials: server.credentials };
  },
  memory: () => {
    globalThis.gc?.();
    return process.memoryUsage().rss;
  },
  /** Seconds of processor time so far: what counts when others use the machine as well. */
  cpu: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  },
  watchLoop: () => {
    delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    delay.enable();
  },
  /** The 99th percentile of how late timers were, in milliseconds. */
  loopDelay: () => {
    delay?.disable();
    return Math.max(0, (delay?.percentile(99) ?? 0) / 1e6 - RESOLUTION_MS);
  },
});
