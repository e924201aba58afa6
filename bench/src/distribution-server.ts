import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage, ServerResponse } from "node:http";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { createServer, type RunningServer, type ServerConfig } from "@flagwright/server";
import { residentMemory, serveTasks } from "./distribution-child.ts";

/** The server under test, in a process of its own. */
let server: RunningServer | undefined;
let delay: ReturnType<typeof monitorEventLoopDelay> | undefined;

const RESOLUTION_MS = 10;

/** A stream is noted here this long after it was let in, at the most: the machine may do something else in between. */
const NOTED_WITHIN_MS = 50;
/** When each stream was let in, by this process: what clients see is late by as much as they are. */
const letInAt: number[] = [];
subscribe("http.server.response.finish", (message) => {
  const { request, response } = message as { readonly request: IncomingMessage; readonly response: ServerResponse };
  if (response.statusCode === 200 && request.url?.endsWith("/stream") === true) letInAt.push(Date.now());
});

serveTasks({
  start: async (config: Partial<ServerConfig>) => {
    server = await createServer({ logLevel: "silent", ...config });
    return { url: server.url, credentials: server.credentials };
  },
  memory: residentMemory,
  /** Seconds of processor time so far: what counts when others use the machine as well. */
  cpu: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  },
  /** The most streams that were let in within one second, wherever it begins. */
  mostPerSecond: () => {
    let [most, from] = [0, 0];
    for (const [index, at] of letInAt.entries()) {
      while (at - (letInAt[from] ?? at) >= 1_000 - NOTED_WITHIN_MS) from++;
      most = Math.max(most, index - from + 1);
    }
    return most;
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
