import { setTimeout as sleep } from "node:timers/promises";
import type { ManagementApi, Place } from "../api/management-api.ts";
import { Failure } from "../failure.ts";
import type { Io } from "../io/io.ts";
import { statusLine } from "../output/status-line.ts";
import { parsePercent } from "../state/weights.ts";
import { progressLine } from "./progress-line.ts";
import type { Receipt } from "./receipt.ts";

export interface Wait {
  /** 0 to 1. */
  readonly share: number;
  readonly timeoutMs: number;
}

/** A person sees a bar move at this pace, and a server does not feel it. */
const LOOK_EVERY_MS = 100;

/** @throws Failure for a share or a time that is none. */
export function parseWait(share: string, timeout: string): Wait {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m)?$/.exec(timeout.trim());
  const unit = { ms: 1, s: 1000, m: 60_000 }[match?.[2] ?? "s"];
  if (match === null || unit === undefined)
    throw new Failure(`"${timeout}" is no time.`, { help: "Write it as 30s, 500ms or 2m." });
  return { share: parsePercent(share) / 100, timeoutMs: Number(match[1]) * unit };
}

/**
 * Watches a change arrive at the connected clients until enough have applied it, time is up, or the command is stopped;
 * shows a bar meanwhile. The last receipt is kept in the server's audit log.
 */
export async function awaitClients(
  api: Pick<ManagementApi, "receipt" | "keepReceipt">,
  at: Place,
  order: Pick<Receipt, "epoch" | "revision">,
  { share, timeoutMs }: Wait,
  io: Io,
): Promise<{ readonly receipt: Receipt; readonly afterMs: number }> {
  const status = statusLine(io);
  const started = io.now();
  const signal = io.stopSignal();
  try {
    for (;;) {
      const receipt = await api.receipt(at, order);
      const afterMs = io.now() - started;
      if (receipt.share >= share || afterMs >= timeoutMs || signal.aborted)
        return { receipt: await api.keepReceipt(at, order, share), afterMs };
      status.show(progressLine(receipt, afterMs));
      await sleep(Math.min(LOOK_EVERY_MS, timeoutMs - afterMs), undefined, { signal }).catch(() => {});
    }
  } finally {
    status.clear();
  }
}
