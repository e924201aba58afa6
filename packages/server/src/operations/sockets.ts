import type { Server } from "node:http";
import type { Socket } from "node:net";

export interface Sockets {
  /** From now on a connection ends as soon as no request of it is under way. */
  endIdle(): void;
}

/** How often connections are looked at while the server ends. */
const LOOK_MS = 20;

/**
 * Ends connections without a request. Node's own `closeIdleConnections` leaves one that has never sent a request, and
 * those that become idle later; a shutdown would wait for them.
 */
export function trackSockets(server: Server): Sockets {
  const silent = new Set<Socket>();
  server.on("connection", (socket) => {
    silent.add(socket);
    socket.once("close", () => silent.delete(socket));
  });
  server.on("request", ({ socket }) => silent.delete(socket));
  return {
    endIdle() {
      for (const socket of silent) socket.destroy();
      server.closeIdleConnections();
      const look = setInterval(() => server.closeIdleConnections(), LOOK_MS);
      server.once("close", () => clearInterval(look));
    },
  };
}
