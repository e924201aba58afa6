import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** What lies between a node and Redis, so that a test can make it slow, dead on one side, or lead elsewhere. */
export interface TcpRelay {
  readonly port: number;
  /** Where new connections lead. */
  target: number;
  /** How long each piece is on its way, in milliseconds. */
  delayMs: number;
  /** Connections stay open, new ones too, and nothing passes. */
  frozen: boolean;
  /** Ends every connection there is. */
  cut(): void;
  close(): Promise<void>;
}

export async function startTcpRelay(target: number): Promise<TcpRelay> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(relay.target, "127.0.0.1");
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.setNoDelay(true);
      from.on("data", (bytes) => {
        if (relay.frozen) return;
        if (relay.delayMs === 0) to.write(bytes);
        else setTimeout(() => to.destroyed || to.write(bytes), relay.delayMs);
      });
      from.on("error", () => {});
      from.on("close", () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const relay: TcpRelay = {
    port: (server.address() as AddressInfo).port,
    target,
    delayMs: 0,
    frozen: false,
    cut() {
      for (const socket of sockets) socket.destroy();
    },
    async close() {
      relay.cut();
      server.close();
      await once(server, "close");
    },
  };
  return relay;
}
