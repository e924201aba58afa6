import type { Socket } from "node:net";
import { Agent, buildConnector, fetch } from "undici";
import type { Fetch } from "./http.ts";

/** A `fetch` with connections of its own, which `close` ends, and which never keep the process alive. */
export interface NodeFetch {
  readonly fetch: Fetch;
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 10_000;

/** Silence is watched by whoever reads, and the streams have no end: undici's own time limits are switched off. */
export function nodeFetch(): NodeFetch {
  const connector = buildConnector({ timeout: CONNECT_TIMEOUT_MS, allowH2: false });
  const agent = new Agent({
    headersTimeout: 0,
    bodyTimeout: 0,
    allowH2: false,
    connect: (options, callback) =>
      connector(options, (...[error, socket]: [Error, null] | [null, Socket]) => {
        if (error !== null) return callback(error, null);
        callback(null, idle(socket));
      }),
  });
  return {
    fetch: (url, init) => fetch(url, { ...init, dispatcher: agent }),
    close: () => agent.destroy(),
  };
}

/** undici takes hold of a socket for each request; flags are no reason for a process to stay. */
function idle(socket: Socket): Socket {
  socket.unref();
  socket.ref = () => socket;
  return socket;
}
