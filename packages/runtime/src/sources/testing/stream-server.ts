import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A real HTTP server for tests, whose answers each test writes byte by byte. */
export interface StreamServer {
  readonly url: string;
  /** The requests so far, by route. */
  readonly requests: readonly IncomingMessage[];
  /** Bodies of the reports so far. */
  readonly reports: readonly unknown[];
  /** How the next requests for the stream are answered, in order; the last one goes on for ever. */
  answers: StreamAnswer[];
  ruleset: StreamAnswer;
  /** The connections that are open. */
  readonly open: readonly ServerResponse[];
  /** Waits until this many streams have been asked for. */
  streams(count: number): Promise<readonly IncomingMessage[]>;
  close(): Promise<void>;
}

export type StreamAnswer = (response: ServerResponse, request: IncomingMessage) => void;

/** Writes the head of an event stream and these events, and leaves it open. */
export function events(...written: readonly string[]): StreamAnswer {
  return (response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.flushHeaders();
    for (const event of written) response.write(event);
  };
}

export function event(name: string, data: unknown, id?: string): string {
  return `event: ${name}\n${id === undefined ? "" : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;
}

export async function startStreamServer(...answers: StreamAnswer[]): Promise<StreamServer> {
  const requests: IncomingMessage[] = [];
  const reports: unknown[] = [];
  const open: ServerResponse[] = [];
  const server: Server = createServer((request, response) => {
    requests.push(request);
    if (request.url === "/sdk/v1/stream") {
      open.push(response);
      response.on("close", () => void open.splice(open.indexOf(response), 1));
      const answer = fixture.answers.length > 1 ? fixture.answers.shift() : fixture.answers[0];
      answer?.(response, request);
      server.emit("stream");
    } else if (request.url === "/sdk/v1/ruleset") fixture.ruleset(response, request);
    else if (request.url === "/sdk/v1/report") {
      let body = "";
      request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
      request.on("end", () => {
        reports.push(JSON.parse(body));
        response.writeHead(202).end();
      });
    } else response.writeHead(404).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  const streamRequests = (): IncomingMessage[] => requests.filter(({ url }) => url === "/sdk/v1/stream");
  const fixture: StreamServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    reports,
    answers,
    ruleset: (response) => void response.writeHead(503).end(),
    open,
    streams: async (count) => {
      while (streamRequests().length < count) await once(server, "stream");
      return streamRequests();
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return fixture;
}
