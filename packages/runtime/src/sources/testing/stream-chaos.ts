import type { IncomingMessage, ServerResponse } from "node:http";
import { createClient } from "../../client/node-client.ts";
import type { Host } from "../../client/host.ts";
import { type Change, history, type Step } from "../../client/testing/history.ts";
import type { Snapshot } from "../../snapshot/model.ts";
import { compareOrder, type Order } from "../../snapshot/order.ts";
import { event, startStreamServer } from "./stream-server.ts";

/** What one run of chaos came to. */
export interface ChaosResult {
  /** Orders that the client had one after the other. */
  readonly orders: readonly Order[];
  readonly last: Snapshot;
  readonly reached: boolean;
  readonly requests: number;
}

/** Chances of faults, each from 0 to 1. */
const REFUSED = 0.15;
const CUT = 0.15;
const LOST = 0.1;
const REPEATED = 0.1;
const GIVE_UP_MS = 20_000;

/**
 * A server that makes changes and mistakes, and a client that follows it: streams are refused, cut in the middle of a
 * byte sequence, resumed; events are lost, repeated, and overtaken by kills. At the end the faults stop.
 */
export async function streamChaos(seed: number): Promise<ChaosResult> {
  const random = mulberry32(seed);
  const chance = (of: number): boolean => random() < of;
  const kinds: readonly Change[] = ["text", "text", "text", "kill", "lift", "purge"];
  const steps = history(
    Array.from({ length: 5 + Math.floor(random() * 25) }, () => kinds[Math.floor(random() * kinds.length)] ?? "text"),
  );
  let now = 0;
  let calm = false;

  const order = ({ snapshot }: Step): string => `${snapshot.epoch}-${snapshot.revision}`;
  const frames = (index: number): string => {
    const step = steps[index] as Step;
    const kill = step.overlay === undefined ? "" : event("kill", step.overlay);
    if (step.patch !== undefined) return kill + event("patch", step.patch, order(step));
    return event("purge", { snapshot: step.snapshot }, order(step));
  };
  const heartbeat = (): string => event("heartbeat", { epoch: at(now).epoch, revision: at(now).revision });
  const at = (index: number): Snapshot => (steps[index] as Step).snapshot;
  const write = (response: ServerResponse, text: string): void => {
    if (response.destroyed || response.writableEnded) return;
    if (calm || !chance(CUT)) return void response.write(text);
    const bytes = Buffer.from(text);
    response.write(bytes.subarray(0, Math.floor(random() * bytes.length)), () => response.destroy());
  };

  const server = await startStreamServer((response: ServerResponse, request: IncomingMessage) => {
    if (!calm && chance(REFUSED)) return void response.writeHead(chance(0.5) ? 503 : 500).end();
    response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
    const from = steps.findIndex((step) => order(step) === request.headers["last-event-id"]);
    if (from === -1 || from > now) write(response, event("snapshot", at(now), order(steps[now] as Step)));
    else for (let index = from + 1; index <= now; index++) write(response, frames(index));
    write(response, heartbeat());
  });
  const host: Host = {
    now: () => Date.now(),
    random: () => random() / 10,
    after: (ms, task, hold) => {
      const timer = setTimeout(task, hold === undefined ? ms / 25 : ms);
      return () => clearTimeout(timer);
    },
  };
  const client = createClient({ url: server.url, key: "k", host, logger: null, report: false });
  const orders: Order[] = [];
  client.on("changed", ({ epoch, revision }) => orders.push({ epoch, revision }));
  try {
    await client.ready;
    while (now < steps.length - 1) {
      now++;
      for (const response of server.open) {
        if (!chance(LOST)) write(response, frames(now));
        if (chance(REPEATED)) write(response, frames(1 + Math.floor(random() * now)));
      }
      await pause(random() * 4);
    }
    calm = true;
    const end = Date.now() + GIVE_UP_MS;
    const last = at(now);
    const isThere = (): boolean => compareOrder({ epoch: 0, revision: 0, ...client.status }, last) === 0;
    while (!isThere() && Date.now() < end) {
      for (const response of server.open) write(response, heartbeat());
      await pause(10);
    }
    return { orders, last, reached: isThere(), requests: server.requests.length };
  } finally {
    await client.close();
    await server.close();
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A small generator of numbers from a seed (Tommy Ettinger's mulberry32). */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
