import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import type { Io } from "../io/io.ts";
import { awaitClients } from "./await-clients.ts";
import type { Receipt } from "./receipt.ts";

const at = { project: "shop", environment: "production" };
const order = { epoch: 5, revision: 12 };
const receipt = (applied: number): Receipt => ({
  ...order,
  connected: 4,
  applied,
  share: applied / 4,
  silent: 0,
  regions: { confirmed: ["default"], missing: [] },
  nodes: 1,
  allNodes: true,
  complete: false,
});

/** A server whose clients apply the change one by one, each time somebody looks; its clock moves a second a look. */
function scripted(steps: readonly number[], stop = new AbortController()) {
  let looks = 0;
  let kept = 0;
  const stderr = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  const now = (): Receipt => receipt(steps[Math.min(looks, steps.length - 1)] ?? 0);
  const io = { stderr, env: {}, plain: true, now: () => looks * 1000, stopSignal: () => stop.signal } as unknown as Io;
  const api = {
    receipt: () => {
      const answer = now();
      looks++;
      return Promise.resolve(answer);
    },
    keepReceipt: () => {
      kept++;
      return Promise.resolve(now());
    },
  };
  return { io, api, kept: () => kept, shown: () => (stderr.read() as Buffer | null)?.toString() ?? "" };
}

describe("awaitClients", () => {
  test("moves a bar until enough have applied it, takes it away, and keeps the receipt once", async () => {
    const { io, api, kept, shown } = scripted([0, 2, 4]);
    const { receipt: last } = await awaitClients(api, at, order, { share: 0.99, timeoutMs: 60_000 }, io);
    expect(last.applied).toBe(4);
    expect(kept()).toBe(1);
    const text = shown();
    expect(text).toContain("0 of 4 clients");
    expect(text).toContain("2 of 4 clients");
    expect(text.endsWith("\r\u001b[2K")).toBe(true);
  });

  test("gives up when time is up, and still keeps the receipt", async () => {
    const { io, api, kept } = scripted([1]);
    const { receipt: last, afterMs } = await awaitClients(api, at, order, { share: 1, timeoutMs: 2_000 }, io);
    expect(last.share).toBe(0.25);
    expect(afterMs).toBeGreaterThanOrEqual(2_000);
    expect(kept()).toBe(1);
  });

  test("ends at once when the command is stopped", async () => {
    const stop = new AbortController();
    const { io, api, kept } = scripted([1], stop);
    stop.abort("SIGINT");
    await awaitClients(api, at, order, { share: 1, timeoutMs: 600_000 }, io);
    expect(kept()).toBe(1);
  });
});
