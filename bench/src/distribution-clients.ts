import { connect, type Socket } from "node:net";
import { now, percentile, serveTasks } from "./distribution-child.ts";

/** Thousands of SSE clients as bare sockets: what they cost themselves must not hide what the server costs. */
interface Opening {
  readonly port: number;
  readonly path: string;
  readonly key: string;
  readonly count: number;
}
export interface Opened {
  readonly ms: number;
  readonly refused: number;
  /** The most streams that got an answer of 200 within one second of the clock. */
  readonly mostPerSecond: number;
}
export interface Arrived {
  /** Milliseconds, comparable between processes. */
  readonly first: number;
  readonly p99: number;
  readonly last: number;
}

const AT_ONCE = 500;
/** Long enough for an id; what is left of a chunk is looked at again with the next. */
const CARRY = 256;
/** As the SDK does: a report of a kill within 200 ms. */
const REPORT_WITHIN_MS = 200;
const REPORT_SOCKETS = 32;

let sockets: (Socket | undefined)[] = [];
let opening: Opening | undefined;
let armed: { needle: string; seen: Set<number>; at: number[]; done: (arrived: Arrived) => void } | undefined;
let reporting = false;
let onOpen: (index: number) => void = () => {};
let closing = false;

function open(index: number): void {
  const { port, path, key } = opening as Opening;
  const socket = connect({ port, host: "127.0.0.1" });
  sockets[index] = socket;
  let carry = "";
  let answered = false;
  socket.setNoDelay(true);
  socket.on("connect", () =>
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer ${key}\r\nFlagwright-Instance: bench-${index}\r\n\r\n`,
    ),
  );
  socket.on("data", (chunk: Buffer) => {
    const text = carry + chunk.toString("latin1");
    carry = text.slice(-CARRY);
    if (!answered) {
      answered = true;
      if (!text.startsWith("HTTP/1.1 200")) {
        const wait = Number(/retry-after: (\d+)/i.exec(text)?.[1] ?? 1);
        socket.removeAllListeners("close");
        socket.destroy();
        refused++;
        setTimeout(() => open(index), wait * 1000 + Math.random() * 1000);
        return;
      }
      onOpen(index);
    }
    if (reporting && text.includes("event: kill")) report(index, text);
    if (armed !== undefined && !armed.seen.has(index) && text.includes(armed.needle)) {
      armed.seen.add(index);
      armed.at.push(now());
      if (armed.seen.size === sockets.length) {
        const { at, done } = armed;
        armed = undefined;
        done({ first: at[0] ?? 0, p99: percentile(at, 0.99), last: at.at(-1) ?? 0 });
      }
    }
  });
  socket.on("error", () => {});
  // As the SDK does: full jitter over the first second.
  socket.on("close", () => {
    if (!closing) setTimeout(() => open(index), Math.random() * 1000);
  });
}

let refused = 0;

/** Resolves when everybody is let in. */
function allOpen(count: number): Promise<Opened> {
  const startedAt = now();
  const perSecond = new Map<number, number>();
  const there = new Set<number>();
  refused = 0;
  return new Promise((resolve) => {
    onOpen = (index) => {
      there.add(index);
      const second = Math.floor(now() / 1000);
      perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
      if (there.size === count)
        resolve({ ms: now() - startedAt, refused, mostPerSecond: Math.max(...perSecond.values()) });
    };
  });
}

const reporters: { readonly socket: Socket; readonly queue: string[]; busy: boolean }[] = [];

function report(index: number, text: string): void {
  // A lift and the next kill may come in one piece; the last one counts.
  const [, epoch, revision] = [...text.matchAll(/event: kill\ndata: \{"epoch":(\d+),"revision":(\d+)/g)].at(-1) ?? [];
  if (epoch === undefined) return;
  const body = JSON.stringify({
    sdk: { name: "bench", version: "1" },
    service: "bench",
    instance: `bench-${index}`,
    applied: { epoch: Number(epoch), revision: Number(revision) },
    schemas: {},
  });
  const request =
    `POST /sdk/v1/report HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer ${opening?.key}\r\n` +
    `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  setTimeout(() => {
    const reporter = reporters[index % reporters.length];
    reporter?.queue.push(request);
    if (reporter !== undefined) send(reporter);
  }, Math.random() * REPORT_WITHIN_MS);
}

function send(reporter: (typeof reporters)[number]): void {
  const next = reporter.busy ? undefined : reporter.queue.shift();
  if (next === undefined) return;
  reporter.busy = true;
  reporter.socket.write(next);
}

serveTasks({
  open: async (input: Opening): Promise<Opened> => {
    opening = input;
    closing = false;
    sockets = Array.from({ length: input.count });
    const all = allOpen(input.count);
    for (let index = 0; index < input.count; index++) {
      open(index);
      if (index % AT_ONCE === AT_ONCE - 1) await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return all;
  },
  /** Waits for all to be let in again, after the server has gone away. */
  reopened: (): Promise<Opened> => allOpen(sockets.length),
  /** Resolves when every client has received text that contains `needle`. */
  arrive: ({ needle }: { readonly needle: string }): Promise<Arrived> =>
    new Promise((resolve) => {
      armed = { needle, seen: new Set(), at: [], done: resolve };
    }),
  reportKills: () => {
    reporting = true;
    for (let index = reporters.length; index < REPORT_SOCKETS; index++) {
      const socket = connect({ port: (opening as Opening).port, host: "127.0.0.1" });
      const reporter = { socket, queue: [] as string[], busy: false };
      socket.on("data", () => {
        reporter.busy = false;
        send(reporter);
      });
      socket.on("error", () => {});
      reporters.push(reporter);
    }
  },
  close: () => {
    closing = true;
    reporting = false;
    for (const { socket } of reporters.splice(0)) socket.destroy();
    for (const socket of sockets) socket?.destroy();
    sockets = [];
  },
});
