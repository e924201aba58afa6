import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A real HTTP server that answers OFREP's bulk evaluation, and streams when to ask again. */
export interface OfrepServer {
  readonly url: string;
  /** What the flags are worth for a context. */
  evaluate: (context: Record<string, unknown>) => readonly object[];
  /** Answers instead of evaluating, while set. */
  refuse: ((response: ServerResponse) => void) | undefined;
  /** Whether answers name the event stream. */
  streams: boolean;
  readonly questions: readonly Question[];
  /** Says over the stream that something changed. */
  notify(etag?: string): void;
  /** Cuts the streams. */
  cut(): void;
  streamCount(): number;
  close(): Promise<void>;
}

export interface Question {
  readonly context: Record<string, unknown>;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly status: number;
}

export async function startOfrepServer(): Promise<OfrepServer> {
  const questions: Question[] = [];
  const open = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://server");
    if (url.pathname === "/events") {
      response.writeHead(200, { "content-type": "text/event-stream" }).write("retry: 20\n\n");
      open.add(response);
      response.on("close", () => open.delete(response));
      return;
    }
    let body = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
    request.on("end", () => {
      const { context } = JSON.parse(body) as { context: Record<string, unknown> };
      const answer = JSON.stringify({
        flags: ofrep.evaluate(context),
        ...(ofrep.streams
          ? { eventStreams: [{ type: "other" }, { type: "sse", endpoint: { requestUri: "/events" } }] }
          : {}),
      });
      const etag = `"${Buffer.from(answer + body)
        .toString("base64url")
        .slice(0, 200)}"`;
      if (ofrep.refuse !== undefined) ofrep.refuse(response);
      else if (request.headers["if-none-match"] === etag) response.writeHead(304).end();
      else response.writeHead(200, { "content-type": "application/json", etag }).end(answer);
      questions.push({ context, query: url.searchParams, headers: request.headers, status: response.statusCode });
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const ofrep: OfrepServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    evaluate: () => [],
    refuse: undefined,
    streams: false,
    questions,
    notify: (etag) => {
      for (const response of open)
        response.write(
          `data: ${JSON.stringify({ type: "refetchEvaluation", ...(etag === undefined ? {} : { etag }) })}\n\n`,
        );
    },
    cut: () => {
      for (const response of open) response.destroy();
    },
    streamCount: () => open.size,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return ofrep;
}
