import type { FastifyReply } from "fastify";
import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Connection, FanOut, Member } from "./fan-out.ts";

/** Half-open connections are noticed by the operating system after this long without an answer. */
const KEEP_ALIVE_MS = 30_000;
/** A stream that ends waits this long for its reader to take what was sent. One that has stopped reading takes nothing. */
const LAST_WORDS_MS = 2_000;

export interface StreamOptions {
  readonly reply: FastifyReply;
  readonly fanOut: FanOut;
  readonly member: Omit<Member, "connection">;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent before the first event. */
  readonly greeting?: Buffer;
  /** Called once, when the connection is gone; at once when whoever asked has not waited for the answer. */
  readonly onClose: () => void;
}

/**
 * Turns an answer into a stream and makes it a member. From here on the connection belongs to the fan-out; of the
 * request and its answer nothing is held, since thousands of streams would hold thousands of them for hours.
 */
export function openStream({ reply, fanOut, member, headers, greeting, onClose }: StreamOptions): void {
  reply.hijack();
  const { raw } = reply;
  const { socket } = raw;
  if (socket === null || socket.destroyed) {
    // Without a socket of its own it waits behind another answer, and nobody would ever write to it.
    reply.request.raw.socket.destroy();
    onClose();
    return;
  }
  cutWhenAskedMore(reply.server.server, socket);
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value);
  raw.writeHead(200, {
    "content-type": "text/event-stream; charset=utf-8",
    // `no-transform` also keeps compressing proxies from holding events back.
    "cache-control": "no-cache, no-transform",
    "x-accel-buffering": "no",
    ...headers,
  });
  socket.setKeepAlive(true, KEEP_ALIVE_MS);
  socket.setNoDelay(true);
  // The head and what follows it leave together.
  socket.cork();
  raw.flushHeaders();
  const connection = new SocketConnection(socket, raw.chunkedEncoding);
  releaseResponse(raw, socket);
  const joined: Member = { connection, ...member };
  socket.on("drain", () => fanOut.drained(joined));
  socket.once("close", () => {
    fanOut.leave(joined);
    onClose();
  });
  if (greeting !== undefined) connection.write(greeting);
  fanOut.join(joined);
  socket.uncork();
}

/**
 * Node keeps the request and the response of a connection until the response has finished, so it is told that this one
 * has: its head is out, and the body is written to the socket. One that ends with its connection (HTTP/1.0, or
 * `Connection: close`) is kept, since Node would end the connection with it.
 */
function releaseResponse(raw: ServerResponse, socket: Socket): void {
  if (!raw.chunkedEncoding || !raw.shouldKeepAlive) return;
  raw.emit("finish");
  // A request that came right behind has been given the connection for its answer.
  if (Reflect.get(socket, "_httpMessage")) socket.destroy();
  // Finishing starts the time after which a connection without a request is closed.
  socket.setTimeout(0);
}

const streaming = new WeakSet<Socket>();
const guarded = new WeakSet<Server>();

/** The answer to a further request on the connection would stand amid the events. */
function cutWhenAskedMore(server: Server, socket: Socket): void {
  streaming.add(socket);
  if (guarded.has(server)) return;
  guarded.add(server);
  server.prependListener("request", (request) => {
    if (streaming.has(request.socket)) request.socket.destroy();
  });
}

/** What ends a chunked body. */
const LAST_CHUNK = Buffer.from("0\r\n\r\n");

class SocketConnection implements Connection {
  readonly #socket: Socket;
  readonly #chunked: boolean;

  constructor(socket: Socket, chunked: boolean) {
    this.#socket = socket;
    this.#chunked = chunked;
  }

  write(bytes: Buffer): boolean {
    return this.#socket.write(this.#chunked ? chunkOf(bytes) : bytes);
  }

  end(): void {
    const socket = this.#socket;
    if (this.#chunked) socket.write(LAST_CHUNK);
    socket.destroySoon();
    if (socket.writableLength === 0) return;
    const cut = setTimeout(() => socket.destroy(), LAST_WORDS_MS).unref();
    socket.once("close", () => clearTimeout(cut));
  }

  destroy(): void {
    this.#socket.destroy();
  }
}

const chunks = new WeakMap<Buffer, Buffer>();

/** The bytes as a chunk (RFC 9112, section 7.1), made once for all who are sent the same. */
function chunkOf(bytes: Buffer): Buffer {
  let chunk = chunks.get(bytes);
  if (chunk === undefined) {
    chunk = Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]);
    chunks.set(bytes, chunk);
  }
  return chunk;
}
