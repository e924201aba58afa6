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
  /** How often one was told to come later. */
  readonly refused: number;
}
/** How far it is, for whoever waits. */
export interface State {
  readonly clients: number;
  readonly open: number;
  readonly refused: number;
  readonly arrived: number;
  /** Code → how many connections failed with it since they were opened. */
  readonly errors: Readonly<Record<string, number>>;
}
export interface Arrived {
  /** Milliseconds, comparable between processes. */
  readonly first: number;
  readonly p99: number;
  readonly last: number;
}

const AT_ONCE = 500;
/** Between two attempts, as the SDK does: full jitter over a time that doubles. */
const RETRY_MS = 500;
const MAX_RETRY_MS = 4_000;
/** Long enough for an id; what is left of a chunk is looked at again with the next. */
const CARRY = 256;
/** As the SDK does: a report of a kill within 200 ms. */
const REPORT_WITHIN_MS = 200;
const REPORT_SOCKETS = 32;

let sockets: (Socket | undefined)[] = [];
let opening: Opening | undefined;
let armed: { readonly needle: string; readonly seen: Set<number>; readonly at: number[] } | undefined;
let onArrived: (arrived: Arrived) => void = () => {};
let reporting = false;
let onOpen: (index: number) => void = () => {};
let closing = false;
let refused = 0;
let errors: Record<string, number> = {};
const streaming = new Set<number>();
const failures = new Map<number, number>();

function open(index: number): void {
  const { port, path, key } = opening as Opening;
  const socket = connect({ port, host: "127.0.0.1" });
  sockets[index] = socket;
  let carry = "";
  let answered = false;
  const ask = (): void => {
    answered = false;
    carry = "";
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer ${key}\r\nFlagwright-Instance: bench-${index}\r\n\r\n`,
    );
  };
  socket.setNoDelay(true);
  socket.on("connect", ask);
  socket.on("data", (chunk: Buffer) => {
    const text = carry + chunk.toString("latin1");
    carry = text.slice(-CARRY);
    if (!answered) {
      answered = true;
      if (!text.startsWith("HTTP/1.1 200")) {
        const wait = Number(/retry-after: (\d+)/i.exec(text)?.[1] ?? 1);
        refused++;
        // As the SDK does: on the same connection, when it is told to, and not all at once.
        setTimeout(
          () => {
            if (!socket.destroyed) ask();
          },
          (wait + Math.random()) * 1000,
        );
        return;
      }
      streaming.add(index);
      failures.delete(index);
      onOpen(index);
    }
    if (!streaming.has(index)) return;
    if (reporting && text.includes("event: kill")) report(index, text);
    if (armed !== undefined && !armed.seen.has(index) && text.includes(armed.needle)) {
      armed.seen.add(index);
      armed.at.push(now());
      const all = arrivedOf(armed);
      if (all !== undefined) onArrived(all);
    }
  });
  socket.on("error", ({ code = "unknown" }: NodeJS.ErrnoException) => (errors[code] = (errors[code] ?? 0) + 1));
  socket.on("close", () => {
    streaming.delete(index);
    if (closing) return;
    const failed = failures.get(index) ?? 0;
    failures.set(index, failed + 1);
    setTimeout(() => open(index), Math.random() * Math.min(MAX_RETRY_MS, RETRY_MS * 2 ** (failed + 1)));
  });
}

/** Resolves when everybody is let in. */
function allOpen(count: number): Promise<Opened> {
  const startedAt = now();
  refused = 0;
  errors = {};
  const there = new Set<number>();
  return new Promise((resolve) => {
    onOpen = (index) => {
      there.add(index);
      if (there.size === count) resolve({ ms: now() - startedAt, refused });
    };
  });
}

function arrivedOf({ seen, at }: NonNullable<typeof armed>): Arrived | undefined {
  if (seen.size < sockets.length) return undefined;
  return { first: at[0] ?? 0, p99: percentile(at, 0.99), last: at.at(-1) ?? 0 };
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
  state: (): State => ({
    clients: sockets.length,
    open: streaming.size,
    refused,
    arrived: armed?.seen.size ?? 0,
    errors,
  }),
  /** Waits for all to be let in again, after the server has gone away. */
  reopened: (): Promise<Opened> => allOpen(sockets.length),
  /** From now on clients look for text that contains `needle`. It must not be on its way yet. */
  expect: ({ needle }: { readonly needle: string }): void => {
    armed = { needle, seen: new Set(), at: [] };
    onArrived = () => {};
  },
  /** Resolves when every client has received what is expected. */
  arrive: (): Promise<Arrived> =>
    new Promise((resolve) => {
      const all = armed === undefined ? undefined : arrivedOf(armed);
      if (all === undefined) onArrived = resolve;
      else resolve(all);
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
    streaming.clear();
    armed = undefined;
  },
});
