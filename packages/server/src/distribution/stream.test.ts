import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import Fastify, { type FastifyInstance } from "fastify";
import { afterEach, describe, expect, test } from "vitest";
import type { FanOut, Member } from "./fan-out.ts";
import { openStream } from "./stream.ts";
import { eventually } from "./testing/bus-contract.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

const EVENT = Buffer.from("event: snapshot\ndata: {}\n\n");

class Hall {
  readonly members = new Set<Member>();
  readonly drainedMembers: Member[] = [];
  closed = 0;
  held: WeakRef<object> | undefined;
  readonly app: FastifyInstance = Fastify();
  port = 0;

  async open(before: () => Promise<void> = async () => {}): Promise<void> {
    const fanOut = {
      join: (member: Member) => {
        this.members.add(member);
        member.connection.write(EVENT);
      },
      leave: (member: Member) => this.members.delete(member),
      drained: (member: Member) => this.drainedMembers.push(member),
    } as unknown as FanOut;
    this.app.get("/stream", async (_request, reply) => {
      await before();
      this.held = new WeakRef(reply.raw);
      openStream({
        reply,
        fanOut,
        member: { keyId: "k", order: undefined, killSequence: undefined, blockedSince: undefined },
        headers: { "x-more": "1" },
        onClose: () => void this.closed++,
      });
    });
    this.port = Number(new URL(await this.app.listen({ host: "127.0.0.1", port: 0 })).port);
  }

  get only(): Member {
    const [member] = this.members;
    if (member === undefined) throw new Error("nobody has joined");
    return member;
  }
}

let hall: Hall;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  hall.app.server.closeAllConnections();
  await hall.app.close();
});

function ask(head: string): { readonly socket: Socket; readonly text: () => string } {
  const socket = connect({ port: hall.port, host: "127.0.0.1" });
  sockets.push(socket);
  let text = "";
  socket.on("data", (bytes: Buffer) => (text += bytes.toString()));
  socket.on("error", () => {});
  socket.write(head);
  return { socket, text: () => text };
}

const HTTP_1_1 = "GET /stream HTTP/1.1\r\nHost: test\r\n\r\n";

describe("a stream over HTTP/1.1", () => {
  test("is one answer in chunks, which ends in good order", async () => {
    hall = new Hall();
    await hall.open();
    const { socket, text } = ask(HTTP_1_1);
    await eventually(() => text().includes("event: snapshot"));
    hall.only.connection.write(Buffer.from("event: é\n\n"));
    hall.only.connection.end();
    await once(socket, "close");
    const [head = "", body] = text().split("\r\n\r\n1a\r\n");
    expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(head.toLowerCase()).toContain("transfer-encoding: chunked");
    expect(head.toLowerCase()).toContain("content-type: text/event-stream; charset=utf-8");
    expect(head).toContain("x-more: 1");
    expect(body).toBe("event: snapshot\ndata: {}\n\n\r\nb\r\nevent: é\n\n\r\n0\r\n\r\n");
    await eventually(() => hall.closed === 1);
    expect(hall.members.size).toBe(0);
  });

  test("is understood by fetch, whose body ends without an error", async () => {
    hall = new Hall();
    await hall.open();
    const response = await fetch(`http://127.0.0.1:${hall.port}/stream`);
    const text = response.text();
    hall.only.connection.end();
    expect(await text).toBe(EVENT.toString());
  });

  test("outlives the time after which idle connections are closed", async () => {
    hall = new Hall();
    await hall.open();
    hall.app.server.keepAliveTimeout = 20;
    hall.app.server.keepAliveTimeoutBuffer = 0;
    const { text } = ask(HTTP_1_1);
    await eventually(() => text().includes("event: snapshot"));
    await new Promise((resolve) => setTimeout(resolve, 200));
    hall.only.connection.write(Buffer.from("event: later\n\n"));
    await eventually(() => text().includes("event: later"));
  });

  test("holds nothing of the request's answer", async () => {
    hall = new Hall();
    await hall.open();
    const { text } = ask(HTTP_1_1);
    await eventually(() => text().includes("event: snapshot"));
    await eventually(() => {
      collectGarbage();
      return hall.held?.deref() === undefined;
    });
    expect(hall.members.size).toBe(1);
  });

  test("tells when a reader that was behind has drained", async () => {
    hall = new Hall();
    await hall.open();
    const { socket, text } = ask(HTTP_1_1);
    await eventually(() => text().includes("event: snapshot"));
    socket.pause();
    const piece = Buffer.alloc(1024 * 1024, "x");
    while (hall.only.connection.write(piece));
    expect(hall.drainedMembers).toEqual([]);
    socket.resume();
    await eventually(() => hall.drainedMembers.length > 0);
    expect(hall.drainedMembers[0]).toBe(hall.only);
  });

  test("of a client that cuts the connection is closed once", async () => {
    hall = new Hall();
    await hall.open();
    const { socket, text } = ask(HTTP_1_1);
    await eventually(() => text().includes("event: snapshot"));
    socket.resetAndDestroy();
    await eventually(() => hall.closed === 1);
    expect(hall.members.size).toBe(0);
  });
});

describe("a client that cannot read chunks, or wants the connection closed", () => {
  test.each([
    ["HTTP/1.0", "GET /stream HTTP/1.0\r\n\r\n", EVENT.toString()],
    [
      "Connection: close",
      "GET /stream HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n",
      `1a\r\n${EVENT.toString()}\r\n0\r\n\r\n`,
    ],
  ])("%s gets the same events, until the connection ends", async (_name, head, body) => {
    hall = new Hall();
    await hall.open();
    const { socket, text } = ask(head);
    await eventually(() => text().includes("event: snapshot"));
    expect(text().toLowerCase()).toContain("connection: close");
    hall.only.connection.end();
    await once(socket, "close");
    expect(text().slice(text().indexOf("\r\n\r\n") + 4)).toBe(body);
    await eventually(() => hall.closed === 1);
  });
});

test("whoever has gone before the answer is not let in", async () => {
  let goOn = (): void => {};
  const gate = new Promise<void>((resolve) => (goOn = resolve));
  let gone = false;
  hall = new Hall();
  hall.app.server.on("connection", (socket: Socket) => socket.on("close", () => (gone = true)));
  await hall.open(() => gate);
  const { socket } = ask(HTTP_1_1);
  await once(socket, "connect");
  await new Promise((resolve) => setTimeout(resolve, 50));
  socket.destroy();
  await eventually(() => gone);
  goOn();
  await eventually(() => hall.closed === 1);
  expect(hall.members.size).toBe(0);
});

describe("a connection on which more is asked than one stream", () => {
  const OTHER = "GET /other HTTP/1.1\r\nHost: test\r\n\r\n";
  test.each(["once the stream is open", "right behind it"])(
    "is cut %s: no answer stands amid the events",
    async (when) => {
      hall = new Hall();
      hall.app.get("/other", () => "other");
      await hall.open();
      const { socket, text } = ask(when === "right behind it" ? HTTP_1_1 + OTHER : HTTP_1_1);
      if (when !== "right behind it") {
        await eventually(() => text().includes("event: snapshot"));
        socket.write(OTHER);
      }
      await eventually(() => socket.closed);
      expect(text()).not.toContain("other");
      await eventually(() => hall.closed === 1);
      expect(hall.members.size).toBe(0);
    },
  );

  test("is cut when the stream would have to wait for another answer", async () => {
    let answer = (_text: string): void => {};
    const slow = new Promise<string>((resolve) => (answer = resolve));
    hall = new Hall();
    hall.app.get("/slow", () => slow);
    await hall.open();
    const { socket } = ask(`GET /slow HTTP/1.1\r\nHost: test\r\n\r\n${HTTP_1_1}`);
    await eventually(() => hall.closed === 1);
    expect(hall.members.size).toBe(0);
    answer("late");
    await eventually(() => socket.closed);
  });
});

test("a half-closed connection is given up", async () => {
  hall = new Hall();
  await hall.open();
  const { socket, text } = ask(HTTP_1_1);
  await eventually(() => text().includes("event: snapshot"));
  socket.end();
  await eventually(() => hall.closed === 1);
  expect(hall.members.size).toBe(0);
});

test("a reader that has stopped reading does not keep its place when its stream ends", async () => {
  hall = new Hall();
  await hall.open();
  const { socket, text } = ask(HTTP_1_1);
  await eventually(() => text().includes("event: snapshot"));
  socket.pause();
  const piece = Buffer.alloc(1024 * 1024, "x");
  while (hall.only.connection.write(piece));
  hall.only.connection.end();
  await eventually(() => hall.closed === 1);
});
