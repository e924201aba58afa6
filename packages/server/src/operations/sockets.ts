import type { Server } from "node:http";
import type { Socket } from "node:net";

export interface Sockets {
  /** From now on a connection ends as soon as no request of it is under way. */
  endIdle(): void;
}

/**
 * Knows which connections have a request under way. Node's own `closeIdleConnections` leaves one that has never sent
 * a request, and a shutdown would wait for it.
 */
export function trackSockets(server: Server): Sockets {
  const open = new Map<Socket, number>();
  let ending = false;
  server.on("connection", (socket) => {
    open.set(socket, 0);
    socket.once("close", () => open.delete(socket));
  });
  server.on("request", ({ socket }, response) => {
    open.set(socket, (open.get(socket) ?? 0) + 1);
    response.once("close", () => {
      const left = (open.get(socket) ?? 1) - 1;
      if (open.has(socket)) open.set(socket, left);
      if (ending && left === 0) socket.destroySoon();
    });
  });
  return {
    endIdle() {
      ending = true;
      for (const [socket, requests] of open) if (requests === 0) socket.destroy();
    },
  };
}
