import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { expect, test } from "vitest";
import { trackSockets } from "./sockets.ts";

test("a server that ends waits for requests under way, and for no other connection", async () => {
  const waiting: ServerResponse[] = [];
  const server = createServer((request, response) => {
    if (request.url === "/slow") waiting.push(response);
    else response.end("quick");
  });
  const sockets = trackSockets(server);
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const open = async (path?: string): Promise<Socket> => {
    const socket = connect({ port, host: "127.0.0.1" });
    await once(socket, "connect");
    if (path !== undefined) socket.write(`GET ${path} HTTP/1.1\r\nHost: test\r\n\r\n`);
    return socket;
  };
  const [silent, idle, busy] = [await open(), await open("/quick"), await open("/slow")];
  await once(idle, "data");
  await expect.poll(() => waiting.length).toBe(1);

  const closed = once(server, "close");
  const gone = [silent, idle].map((socket) => once(socket.resume(), "close"));
  server.close();
  sockets.endIdle();
  await Promise.all(gone);
  expect(busy.closed).toBe(false);

  const answer = once(busy, "data");
  waiting[0]?.end("late");
  expect(String((await answer)[0])).toContain("late");
  await closed;
  busy.destroy();
});
