import { connect, type Socket } from "node:net";
import type { Snapshot } from "@flagwright/runtime";
import Fastify from "fastify";
import { afterEach, expect, test } from "vitest";
import type { Access } from "../access/access.ts";
import { distributeFrom, type Distribution } from "./distribution.ts";
import { createInProcessBus } from "./in-process-bus.ts";
import { eventually } from "./testing/bus-contract.ts";
import { flag } from "./testing/model-flags.ts";
import { ENVIRONMENT, SimulatedTruth } from "./testing/simulated-truth.ts";

/** Real sockets whose readers stop reading, on a stream that writes far more than any kernel buffers. */
const PATCH_BYTES = 200_000;
const CHANGES = 400;

const ended: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0).toReversed()) await end();
});

async function serve(
  slowReaderMs: number,
): Promise<{ truth: SimulatedTruth; distribution: Distribution; port: number }> {
  const truth = new SimulatedTruth();
  const distribution = distributeFrom({
    source: truth.seenBy(async () => {}),
    clock: { now: () => Date.now() },
    bus: createInProcessBus(),
    logger: { info: () => {}, warn: () => {} },
    config: { slowReaderMs, heartbeatMs: 50, drainMs: 0, coalesceMs: 0 },
  });
  const app = Fastify();
  const principal = {
    organizationId: "o",
    keyId: "k",
    keyName: "k",
    kind: "server",
    projectId: "p",
    environmentId: ENVIRONMENT,
  } as const;
  const access: Access = {
    principalOf: async () => principal,
    authenticate: () => async () => {},
    onRevoked: () => () => {},
    announceRevoked: () => {},
    forget: () => {},
    closedAmong: async () => [],
    close: async () => {},
  };
  app.decorate("access", access);
  app.decorateRequest("principal");
  await app.register(distribution.routes, { prefix: "/sdk/v1" });
  const port = Number(new URL(await app.listen({ host: "127.0.0.1", port: 0 })).port);
  ended.push(async () => {
    await distribution.close();
    app.server.closeAllConnections();
    await app.close();
  });
  return { truth, distribution, port };
}

function reader(port: number): { socket: Socket; text: () => string; bytes: () => number } {
  const chunks: Buffer[] = [];
  const socket = connect({ port, host: "127.0.0.1" });
  socket.write("GET /sdk/v1/stream HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer key\r\n\r\n");
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  socket.on("error", () => {});
  ended.push(() => void socket.destroy());
  return {
    socket,
    text: () => Buffer.concat(chunks).toString(),
    bytes: () => chunks.reduce((sum, chunk) => sum + chunk.length, 0),
  };
}

async function change(truth: SimulatedTruth, distribution: Distribution, count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    truth.put({ ...flag("large"), metadata: { filler: `${index} `.padEnd(PATCH_BYTES, "x") } });
    distribution.wake(ENVIRONMENT);
    const { revision } = truth.snapshot;
    await eventually(() => distribution.channels.peek(ENVIRONMENT)?.channel.order.revision === revision);
  }
}

test("a reader that stops is not queued for, and is brought up in few steps when it reads again", async () => {
  const { truth, distribution, port } = await serve(60_000);
  const [slow, quick] = [reader(port), reader(port)];
  await eventually(() => slow.text().includes("event: snapshot") && quick.text().includes("event: snapshot"));
  slow.socket.pause();
  await change(truth, distribution, CHANGES);
  const last = `id: ${truth.snapshot.epoch}-${truth.snapshot.revision}\n`;
  await eventually(() => quick.text().includes(last));

  const [member] = [...(distribution.channels.peek(ENVIRONMENT)?.sdk.members ?? [])].filter(
    (each) => each.blockedSince !== undefined,
  );
  expect(member).toBeDefined();
  slow.socket.resume();
  await eventually(() => slow.text().includes(last));
  expect(quick.bytes()).toBeGreaterThan(CHANGES * PATCH_BYTES * 0.5);
  expect(slow.bytes()).toBeLessThan(quick.bytes() / 2);
  const events = [...slow.text().matchAll(/^data: (.*)$/gm)].map(
    (match) => JSON.parse(match[1] ?? "") as Partial<Snapshot>,
  );
  expect(events.length).toBeGreaterThan(1);
}, 60_000);

test("a reader that never reads again is cut, and the others go on", async () => {
  const { truth, distribution, port } = await serve(200);
  const [dead, alive] = [reader(port), reader(port)];
  await eventually(() => dead.text().includes("event: snapshot") && alive.text().includes("event: snapshot"));
  dead.socket.pause();
  await change(truth, distribution, CHANGES);
  await eventually(() => distribution.status().counters.slowReaders === 1);
  await eventually(() => distribution.status().streams === 1);
  truth.change("a", true);
  distribution.wake(ENVIRONMENT);
  const last = `id: ${truth.snapshot.epoch}-${truth.snapshot.revision}\n`;
  await expect.poll(() => alive.text().includes(last), { timeout: 10_000 }).toBe(true);
}, 60_000);
