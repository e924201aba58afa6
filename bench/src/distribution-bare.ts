import { createServer, type ServerResponse } from "node:http";
import Fastify from "fastify";
import { residentMemory, serveTasks } from "./distribution-child.ts";

/** The floor: a bare Node server that writes given bytes to everybody, and a bare Fastify route. */
const streams = new Set<ServerResponse>();
let snapshot = Buffer.alloc(0);

const http = createServer((request, response) => {
  if (request.method === "POST") {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const bytes = Buffer.concat(chunks);
      for (const stream of streams) stream.write(bytes);
      response.end();
    });
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  response.write(snapshot);
  streams.add(response);
  response.on("close", () => streams.delete(response));
});

serveTasks({
  start: async (input: { readonly snapshot: string }) => {
    snapshot = Buffer.from(input.snapshot);
    await new Promise<void>((resolve) => void http.listen(0, "127.0.0.1", resolve));
    const address = http.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  },
  startFastify: async (answer: object) => {
    const app = Fastify();
    app.post("/*", async () => answer);
    return Number(new URL(await app.listen({ host: "127.0.0.1", port: 0 })).port);
  },
  cpu: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  },
  memory: residentMemory,
});
