import type { FastifyReply } from "fastify";
import type { Connection, FanOut, Member } from "./fan-out.ts";

/** Half-open connections are noticed by the operating system after this long without an answer. */
const KEEP_ALIVE_MS = 30_000;

export interface StreamOptions {
  readonly reply: FastifyReply;
  readonly fanOut: FanOut;
  readonly member: Omit<Member, "connection">;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent before the first event. */
  readonly greeting?: Buffer;
  readonly onClose: (member: Member) => void;
}

/**
 * Turns an answer into a stream and makes it a member. From here on the connection belongs to the fan-out; nothing of
 * the request is held.
 */
export function openStream({ reply, fanOut, member, headers, greeting, onClose }: StreamOptions): Member {
  reply.hijack();
  const { raw } = reply;
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value);
  raw.writeHead(200, {
    "content-type": "text/event-stream; charset=utf-8",
    // `no-transform` also keeps compressing proxies from holding events back.
    "cache-control": "no-cache, no-transform",
    "x-accel-buffering": "no",
    ...headers,
  });
  raw.socket?.setKeepAlive(true, KEEP_ALIVE_MS);
  raw.socket?.setNoDelay(true);
  const connection: Connection = {
    write: (bytes) => raw.write(bytes),
    end: () => void raw.end(),
    destroy: () => void raw.destroy(),
  };
  const joined: Member = { connection, ...member };
  raw.on("drain", () => fanOut.drained(joined));
  raw.once("close", () => {
    fanOut.leave(joined);
    onClose(joined);
  });
  raw.on("error", () => raw.destroy());
  if (greeting === undefined) raw.flushHeaders();
  else connection.write(greeting);
  fanOut.join(joined);
  return joined;
}
